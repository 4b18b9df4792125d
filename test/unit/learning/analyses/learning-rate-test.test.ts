import { describe, expect, it } from 'vitest'
import {
  hasDiverged,
  rateAt,
  smoothed,
  valley,
} from '../../../../src-main/learning/analyses/rate-finder/learning-rate-test.ts'

const curve = (f: (k: number) => number, points = 96) => Array.from({ length: points }, (_, k) => f(k))

describe('learning-rate range test', () => {
  it('rates grow from 1e-7 towards 10 by the same factor', () => {
    expect(rateAt(0)).toBe(1e-7)
    expect(rateAt(50)).toBeCloseTo(1e-3, 12)
    expect(rateAt(100)).toBeCloseTo(10, 10)
    expect(rateAt(51) / rateAt(50)).toBeCloseTo(rateAt(1) / rateAt(0), 10)
  })

  it('losses are smoothed without bias', () => {
    expect(smoothed([3, 3, 3])).toEqual([expect.closeTo(3, 10), expect.closeTo(3, 10), expect.closeTo(3, 10)])
    // (.98 * .02 * 1 + .02 * 2) / (1 - .98^2)
    expect(smoothed([1, 2])[1]).toBeCloseTo((0.0196 + 0.04) / 0.0396, 10)
  })

  it('ends beyond four times the best, or where the loss is no number', () => {
    expect(hasDiverged([1, 0.5, 1.9])).toBe(false)
    expect(hasDiverged([1, 0.5, 2.1])).toBe(true)
    expect(hasDiverged([1, NaN])).toBe(true)
  })

  it.each([
    [
      'a fall, a plain and a rise',
      (k: number) => 2.3 - 1.5 / (1 + Math.exp(-(k - 60) / 5)) + (k > 80 ? Math.exp((k - 85) / 4) : 0),
      43,
    ],
    ['a wave on a slope', (k: number) => 1 + 0.3 * Math.sin(k / 3) - k / 200, 79],
    ['a straight line', (k: number) => 2 - k / 100, 49],
  ] as const)('%s: the place that fastai’s valley suggests', (_name, f, wanted) => {
    expect(valley(curve(f))).toBe(wanted)
  })

  it('a loss that only rises suggests nothing', () => {
    expect(valley(curve((k) => k))).toBe(null)
    expect(valley([1, 2])).toBe(null)
  })
})
