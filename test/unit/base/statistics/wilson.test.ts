import { expect, it } from 'vitest'
import { wilson } from '../../../../src-main/base/statistics/wilson.ts'

it('gives the intervals of published tables', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
  for (const [hits, count, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    expect(wilson(hits, count)).toEqual({ low: expect.closeTo(low, 4), high: expect.closeTo(high, 4) })
  }
  expect(wilson(20, 20)?.high).toBe(1)
  expect(wilson(0, 0)).toBeNull()
})
