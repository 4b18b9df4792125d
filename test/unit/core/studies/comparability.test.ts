import { describe, expect, it } from 'vitest'
import { comparability } from '../../../../src-main/core/studies/comparability.ts'
import type { MeasuredCell } from '../../../../src-main/core/studies/measured-cell.ts'
import { measuredCell } from '../../../support/study-rows.ts'

const cell = (arm: number, hash: string, more: Partial<MeasuredCell['dataset']> = {}): MeasuredCell =>
  measuredCell(arm, 1, 0.5, { dataset: { id: 'd', name: 'photos', version: 2, hash, ...more } })

describe('arms that saw other data', () => {
  it('are none where all saw the same, or nothing ran', () => {
    expect(comparability([]).size).toBe(0)
    expect(comparability([cell(0, 'h'), cell(1, 'h')]).size).toBe(0)
  })

  it('are those that differ from most runs, whichever came first', () => {
    const other = { id: 'e', name: 'other', hash: 'x' }
    expect([...comparability([cell(0, 'x', other), cell(1, 'h'), cell(2, 'h')])]).toEqual([
      [0, 'Other data: “other” instead of “photos”.'],
    ])
  })

  it('are judged by the first run where no data has most', () => {
    expect([...comparability([cell(1, 'h'), cell(0, 'x')]).keys()]).toEqual([0])
  })

  it('say what differs: the data, its version, or neither', () => {
    const most = [cell(0, 'h'), cell(0, 'h'), cell(0, 'h')]
    expect(Object.fromEntries(comparability([...most, cell(1, 'x', { version: 1 }), cell(2, 'y')]))).toEqual({
      1: 'Other dataset version: 1 instead of 2. Items, labels or split differ.',
      2: 'Same dataset, but its items, labels or split differ.',
    })
  })

  it('have one reason, that of their first run', () => {
    const cells = [cell(0, 'h'), cell(0, 'h'), cell(1, 'x', { version: 1 }), cell(1, 'y')]
    expect(comparability(cells).get(1)).toMatch(/^Other dataset version/)
  })
})
