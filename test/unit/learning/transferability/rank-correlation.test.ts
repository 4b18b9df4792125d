import { expect, test } from 'vitest'
import { kendallTau, weightedTau } from '../../../../src-main/learning/transferability/rank-correlation.ts'

// The examples of scipy.stats.kendalltau and weightedtau.
test('Kendall’s tau-b with ties', () => {
  expect(kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045207910317, 12)
})

test('weighted tau', () => {
  expect(weightedTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.56694968153682723, 12)
})

test('the same order is 1, the reverse -1', () => {
  expect(kendallTau([1, 2, 3], [2, 5, 9])).toBeCloseTo(1, 12)
  expect(weightedTau([1, 2, 3], [9, 5, 2])).toBeCloseTo(-1, 12)
})
