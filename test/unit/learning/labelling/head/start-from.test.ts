import { expect, test } from 'vitest'
import { startFrom } from '../../../../../src-main/learning/labelling/head/start-from.ts'

const last = { x: Float64Array.of(1, 2, 3, 4, 5, 6), pairs: [], steepest: 7 }

test('of the same classes it is where the last one was left', () => {
  expect(startFrom(last, [0, 3], [0, 3], 2)).toBe(last)
})

test('a class that comes begins at 0, one that goes is left out, biases go with their class', () => {
  // Rows of x are two features and the biases, columns the classes.
  expect([...startFrom(last, [0, 3], [0, 2, 3], 2).x]).toEqual([1, 0, 2, 3, 0, 4, 5, 0, 6])
  expect([...startFrom(last, [0, 3], [3, 5], 2).x]).toEqual([2, 0, 4, 0, 6, 0])
})

test('without a last one all is 0', () => {
  expect(startFrom(null, [], [1, 2], 2)).toEqual({ x: new Float64Array(6), pairs: [], steepest: null })
})
