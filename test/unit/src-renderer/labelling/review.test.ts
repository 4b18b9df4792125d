import { describe, expect, it } from 'vitest'
import {
  type Candidate,
  countByClass,
  inReviewOrder,
  labelsOfReview,
} from '../../../../src-renderer/features/labelling/review.ts'

const candidate = (item: number, suggested: string, confidence: number): Candidate => ({
  item,
  suggested,
  confidence,
  margin: confidence / 2,
  path: `${item}.png`,
  split: 'train',
})
const four = [
  candidate(1, 'cat', 0.99),
  candidate(2, 'dog', 0.96),
  candidate(3, 'cat', 0.96),
  candidate(4, 'cat', 0.98),
]
const idsOf = (list: readonly Candidate[]) => list.map(({ item }) => item)

describe('what is looked through', () => {
  it('is put in order without changing what was given', () => {
    expect(idsOf(inReviewOrder(four, 'doubtful'))).toEqual([2, 3, 4, 1])
    expect(idsOf(inReviewOrder(four, 'sure'))).toEqual([1, 4, 2, 3])
    expect(idsOf(inReviewOrder(four, 'class'))).toEqual([3, 4, 1, 2])
    expect(idsOf(four)).toEqual([1, 2, 3, 4])
  })

  it('is counted by class, without what is unticked', () => {
    expect(countByClass(four, new Set([1]))).toEqual([
      { name: 'cat', count: 2 },
      { name: 'dog', count: 1 },
    ])
    expect(countByClass(four, new Set([2]))).toEqual([{ name: 'cat', count: 3 }])
  })

  it('becomes labels as it was shown, and nothing else does', () => {
    expect(labelsOfReview(four, new Set([3]))).toEqual([
      { value: 'cat', itemIds: [1, 4] },
      { value: 'dog', itemIds: [2] },
    ])
    expect(labelsOfReview(four, new Set([1, 2, 3, 4]))).toEqual([])
  })
})
