import { describe, expect, it } from 'vitest'
import { findRanges, rangeBar } from '../../../../src-renderer/features/precision/range-bars.ts'

const range = (low: number, high: number, smallest: number, largest: number, name = 'one') => ({
  name,
  low,
  high,
  smallest,
  largest,
})

describe('rangeBar', () => {
  it('draws what was seen and what is spanned on one scale, and says how much is cut', () => {
    expect(rangeBar(range(-1, 3, -2, 8))).toEqual({
      seen: { from: 0, to: 1 },
      spanned: { from: 0.1, to: 0.5 },
      cut: 0.6,
    })
  })

  it('cuts nothing where the range is the wider one', () => {
    expect(rangeBar(range(0, 6, 0, 3))).toEqual({ seen: { from: 0, to: 0.5 }, spanned: { from: 0, to: 1 }, cut: 0 })
  })

  it('has a place for a tensor that never changes', () => {
    expect(rangeBar(range(0, 0, 0, 0))).toEqual({ seen: { from: 0, to: 1 }, spanned: { from: 0, to: 1 }, cut: 0 })
    expect(rangeBar(range(0, 2, 1, 1))).toEqual({ seen: { from: 0.5, to: 0.5 }, spanned: { from: 0, to: 1 }, cut: 0 })
  })
})

describe('findRanges', () => {
  it('takes the names that hold every word, whatever their case', () => {
    const all = ['stem_conv', 'block1_Add', 'block2_add'].map((name) => range(0, 1, 0, 1, name))
    expect(findRanges(all, 'ADD block1').map(({ name }) => name)).toEqual(['block1_Add'])
    expect(findRanges(all, ' ').length).toBe(3)
    expect(findRanges(all, 'pool')).toEqual([])
  })
})
