import { describe, expect, it } from 'vitest'
import { describeColumns } from '../../../src-main/data/columns.ts'
import { dwarfingCells } from '../../../src-main/data/dwarfing-cells.ts'
import { columnOf } from '../../support/table-of.ts'

function found(texts: readonly (string | number)[], missing?: string[]) {
  const table = columnOf('x', texts.map(String))
  return dwarfingCells(describeColumns(table, missing)[0]!, table)
}

describe('a number out of all proportion', () => {
  it('is named with its row, how far it lies off, and the median', () => {
    // Of 0 1 2 3 and the large one the median is 2, the quartiles 1 and 3.
    expect(found([0, 1, '4e6', 2, 3])).toEqual({
      path: 'line 4',
      code: 'bad-value',
      level: 'warning',
      message: expect.stringMatching(
        /^Expected numbers of like size in x\. Received: 4e6, 2e\+6 times the spread of the column from its median 2\./,
      ) as string,
    })
  })

  it('is measured from the median', () => {
    const far = [0, 1, 2, 3].map((value) => 1_000_000_000 + value)
    // 4e9 away, in spreads of 2.
    expect(found([...far, 5_000_000_002])?.message).toContain(', 2e+9 times the spread')
  })

  it('lies more than a million spreads off, on either side', () => {
    expect(found([0, 1, 2, 3, 2_000_003])).not.toBeNull()
    expect(found([0, 1, 2, 3, 2_000_002])).toBeNull()
    // The median is 2 and the quartiles 1 and 3 from below, too.
    expect(found([1, 2, 3, 4, -2_000_000])).not.toBeNull()
    expect(found([1, 2, 3, 4, -1_999_998])).toBeNull()
  })

  it('is said once, with how many more there are', () => {
    const usual = Array.from({ length: 20 }, (_, i) => i)
    expect(found([...usual, 1e30, -1e30, 1e31])?.message).toContain('Received: 1e+30 (and 2 more), ')
    expect(found([...usual, 1e30])?.message).not.toContain('more')
  })

  it('is measured by the middle 90 % where half of the column is equal, else by the median', () => {
    const equal = new Array<number>(20).fill(5)
    // The middle 90 % of 5 .. 5, 9, 9, 9 end at 9: the spread is 4.
    expect(found([...equal, 9, 9, 9, 4_000_006])).not.toBeNull()
    expect(found([...equal, 9, 9, 9, 4_000_005])).toBeNull()
    expect(found([...equal, 5_000_006])).not.toBeNull()
    expect(found([...equal, 5_000_005])).toBeNull()
    expect(found([...equal.map((value) => -value), 4_999_996])).not.toBeNull()
  })

  it('is none in a column of zeros, or in fewer than four numbers', () => {
    expect(found([0, 0, 0, 0, 0, 0, 0, 0, 1e30])).toBeNull()
    expect(found([1, 2, '1e30', '', 'NA'])).toBeNull()
    expect(found([1, 2, 3, '1e30'])).not.toBeNull()
  })

  it('is none of those that say that there is no value', () => {
    expect(found([1, 2, 3, 4, 5, -99_999_999], ['-99999999'])).toBeNull()
    expect(found([1, 2, 3, 4, 5, -99_999_999])).not.toBeNull()
  })

  it('is shown up to fifty letters', () => {
    expect(found([1, 2, 3, 4, ` 1${'0'.repeat(36)}.${'0'.repeat(40)} `])?.message).toMatch(/Received: 10{36}\.0{12}, /)
  })
})
