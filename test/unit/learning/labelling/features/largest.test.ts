import { expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { placesOfLargest } from '../../../../../src-main/learning/labelling/features/largest.ts'

test('is the beginning of a stable sort, for every count', () => {
  const random = seededRandom(3)
  // Many are equal.
  const scores = Array.from({ length: 200 }, () => Math.floor(random() * 40))
  const sorted = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b)
  for (const count of [0, 1, 7, 199, 200, 500])
    expect([...placesOfLargest(scores, count)]).toEqual(sorted.slice(0, count))
})

test('infinite scores have their places', () => {
  expect([...placesOfLargest([1, -Infinity, Infinity, 2], 3)]).toEqual([2, 3, 0])
})
