import { describe, expect, it } from 'vitest'
import { addToMoments, moments, type RunningMoments } from '../../../../src-main/base/statistics/moments.ts'

const running = (values: readonly number[]): RunningMoments => {
  const sums = { count: 0, mean: 0, spread: 0 }
  for (const value of values) addToMoments(sums, value)
  return sums
}

describe('moments', () => {
  it('of 2, 4, 4, 4, 5, 5, 7, 9 are 5 and 2', () => {
    expect(moments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, std: 2 })
    expect(running([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      count: 8,
      mean: expect.closeTo(5, 12) as number,
      spread: expect.closeTo(32, 10) as number,
    })
  })

  it('of no numbers are 0', () => expect(moments([])).toEqual({ mean: 0, std: 0 }))

  it('of equal numbers have no spread at all, far from 0 as well', () => {
    for (const value of [0.1, 1e300, -7e15]) expect(moments([value, value, value])).toEqual({ mean: value, std: 0 })
    expect(running([0.1, 0.1, 0.1])).toEqual({ count: 3, mean: 0.1, spread: 0 })
  })

  it('lose no digits far from 0', () => {
    // Squares of 1e9 have lost the units: their difference would be 0 or worse.
    const far = [1e9 + 1, 1e9 + 2, 1e9 + 3]
    expect(moments(far)).toEqual({ mean: 1e9 + 2, std: Math.sqrt(2 / 3) })
    expect(running(far).spread).toBeCloseTo(2, 6)
  })
})
