import { describe, expect, it } from 'vitest'
import { conflictsOf } from '../../../../src-renderer/app/binding-conflicts.ts'
import { chordOf, tidyKeys } from '../../../../src-renderer/app/chords.ts'
import { keyParts, keyText } from '../../../../src-renderer/ui/key-names.ts'

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
})

describe('chordOf', () => {
  it.each([
    [press('z', { ctrlKey: true }), 'ctrl+z'],
    [press('Z', { ctrlKey: true, shiftKey: true }), 'ctrl+shift+z'],
    [press('?', { shiftKey: true }), '?'],
    [press('+', { shiftKey: true }), '+'],
    [press('F1'), 'f1'],
    [press(' '), 'space'],
    [press('ArrowDown', { shiftKey: true }), 'shift+down'],
    [press('Shift', { shiftKey: true }), null],
    // A Cyrillic layout: the key's place counts.
    [press('я', { code: 'KeyZ' }), 'z'],
  ])('%o', (event, chord) => expect(chordOf(event, false)).toBe(chord))

  it('takes Command for Ctrl on a Mac', () => {
    expect(chordOf(press('z', { metaKey: true }), true)).toBe('ctrl+z')
    expect(chordOf(press('z', { ctrlKey: true }), true)).toBe('meta+z')
  })
})

describe('bindings as text', () => {
  it('has one spelling', () => {
    expect(['Shift+Ctrl+Z', 'ctrl+shift+z', ' G  d ', 'ctrl++', '+'].map(tidyKeys)).toEqual([
      'ctrl+shift+z',
      'ctrl+shift+z',
      'g d',
      'ctrl++',
      '+',
    ])
  })

  it('shows keys by name', () => {
    expect(keyParts('ctrl+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z'])
    expect(keyParts('ctrl++', false)).toEqual(['Ctrl', '+'])
    expect(keyText('g d', false)).toBe('G then D')
    expect(keyText('ctrl+enter', true)).toBe('⌘Enter')
  })
})

describe('conflictsOf', () => {
  const row = (id: string, scope: string, keys: string[], active = false) => ({ id, scope, keys, active })
  const rows = [
    row('go', 'Everywhere', ['g d', 'ctrl+1']),
    row('import', 'Data', ['ctrl+i'], true),
    row('undo', 'Items', ['z', 'ctrl+z'], true),
    row('zoom', 'Bench', ['z']),
  ]

  it('finds equal keys where both are live', () => {
    expect(conflictsOf(rows, 'import', 'Z')).toEqual(['undo'])
    expect(conflictsOf(rows, 'zoom', 'Ctrl+1')).toEqual(['go'])
    expect(conflictsOf(rows, 'go', 'z')).toEqual(['undo', 'zoom'])
    expect(conflictsOf(rows, 'zoom', 'ctrl+i')).toEqual([])
  })

  it('finds a key that begins a sequence', () => {
    expect(conflictsOf(rows, 'import', 'g')).toEqual(['go'])
    expect(conflictsOf(rows, 'import', 'g x')).toEqual([])
  })
})
