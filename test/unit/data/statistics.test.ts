import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countClasses, histogram } from '../../../src-main/data/statistics.ts'

describe('histogram', () => {
  it('counts into bins of equal width, the last one closed', () => {
    expect(histogram([0, 1, 2, 3, 4, 10], 5)).toEqual([
      { from: 0, to: 2, count: 2 },
      { from: 2, to: 4, count: 2 },
      { from: 4, to: 6, count: 1 },
      { from: 6, to: 8, count: 0 },
      { from: 8, to: 10, count: 1 },
    ])
  })

  it('has one bin for equal values and none for no value', () => {
    expect(histogram([3, 3], 10)).toEqual([{ from: 3, to: 3, count: 2 }])
    expect(histogram([Number.NaN], 10)).toEqual([])
  })

  it('loses no value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
        fc.integer({ min: 1, max: 50 }),
        (values, bins) => {
          const result = histogram(values, bins)
          expect(result.reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length)
          expect(result.every((bin) => Number.isFinite(bin.from) && Number.isFinite(bin.to))).toBe(true)
        },
      ),
    )
  })
})

describe('countClasses', () => {
  it('counts by class and split, and what has no label', () => {
    const items = [
      { label: 'b', split: 'train' },
      { label: 'b', split: 'test' },
      { label: null, split: 'train' },
      { label: 'gone', split: 'train' },
    ] as const
    expect(countClasses(items, ['a', 'b'])).toEqual({
      classes: [
        { name: 'a', total: 0, train: 0, validation: 0, test: 0 },
        { name: 'b', total: 2, train: 1, validation: 0, test: 1 },
      ],
      unlabelled: 2,
    })
  })
})
