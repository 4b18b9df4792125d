import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createGrants } from '../../src-main/hosts/electron/grants.ts'
import { pathSources } from '../../src-main/hosts/shared/path-sources.ts'
import { temporaryFolder } from './support.ts'

let ids = 0
const { grant, sources } = createGrants({ id: (length) => String((ids += 1)).padStart(length, '0') }, pathSources)
const never = (): boolean => false
const always = (): boolean => true

describe('handles', () => {
  test('stand for what was chosen, and for nothing else', () => {
    const folder = temporaryFolder()
    const handle = grant(folder)
    expect(sources.resolve(handle, never)).toBe(folder)
    for (const guess of [
      'grant:',
      'grant:guessed',
      `${handle}x`,
      `${handle}/..`,
      'grant:__proto__',
      'grant:constructor',
    ]) {
      expect(() => sources.resolve(guess, always), guess).toThrow(/chosen in this session/)
    }
  })

  test('of the same path are the same: a page that keeps asking fills no memory', () => {
    const folder = temporaryFolder()
    expect(grant(folder)).toBe(grant(folder))
    expect(grant(folder)).not.toBe(grant(join(folder, 'other')))
  })

  test('are made for absolute paths only', () => expect(() => grant('photos')).toThrow(/absolute/))

  test('may name a folder that is still to be made, as the command line does', () => {
    const folder = join(temporaryFolder(), 'new')
    expect(sources.destination(grant(folder), never)).toBe(folder)
    expect(() => sources.resolve(grant(folder), never)).toThrow(/Expected an existing file or folder/)
  })

  test('of a file are never written over', () => {
    const file = join(temporaryFolder(), 'thesis.csv')
    writeFileSync(file, 'mine')
    expect(() => sources.destination(grant(file), never)).toThrow(/the name of a new file/)
  })
})

describe('paths', () => {
  test('are refused unless they are remembered', () => {
    const folder = temporaryFolder()
    for (const asked of ['resolve', 'destination'] as const) {
      expect(() => sources[asked](folder, never)).toThrow(/chosen with the dialog or dropped/)
      expect(() => sources[asked](folder)).toThrow(/chosen with the dialog or dropped/)
      expect(sources[asked](folder, (path) => path === folder)).toBe(folder)
    }
  })

  test('are compared in full: what is remembered is asked after dots are gone', () => {
    const folder = temporaryFolder()
    const asked: string[] = []
    const remembers = (path: string): boolean => asked.push(path) > 0
    mkdirSync(join(folder, 'a'))
    sources.resolve(`${folder}/a/../a/.`, remembers)
    expect(asked).toEqual([join(folder, 'a')])
  })

  test.each(['~', '~/Documents', 'photos', './photos', '../photos', '', '\0', 'file:///etc/passwd', 'C:secret'])(
    'that are not absolute are refused without asking: %j',
    (source) => expect(() => sources.resolve(source, always)).toThrow(/chosen with the dialog or dropped/),
  )

  test('of existing files are not written over either', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'old.csv'), 'x')
    symlinkSync(join(folder, 'old.csv'), join(folder, 'link.csv'))
    for (const name of ['old.csv', 'link.csv']) {
      expect(() => sources.destination(join(folder, name), always)).toThrow(/the name of a new file/)
    }
    expect(sources.destination(join(folder, 'new.csv'), always)).toBe(join(folder, 'new.csv'))
  })
})
