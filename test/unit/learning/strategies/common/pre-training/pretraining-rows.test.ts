import { describe, expect, it } from 'vitest'
import type { TrainingData } from '../../../../../../src-main/learning/engine/data/training-data.ts'
import {
  batchesOfEpoch,
  pretrainingRows,
  rowsWords,
} from '../../../../../../src-main/learning/strategies/common/pre-training/pretraining-rows.ts'

const data = (unlabelled: number[], hashes: string[]) =>
  ({ rows: { train: [0, 1], validation: [2], test: [3] }, unlabelled, hashes }) as unknown as TrainingData

describe('rows of pre-training', () => {
  it('are labelled and unlabelled training rows', () => {
    const rows = pretrainingRows(data([5, 4], ['a', 'b', 'c', 'd', 'e', 'f']), 1)
    expect(rows).toMatchObject({ rows: [0, 1, 4, 5], labelled: 2, unlabelled: 2, held: 0 })
    expect([...rows.watched.train].sort()).toEqual([0, 1, 4, 5])
    expect(rows.watched.validation).toEqual([2])
  })

  it('leave out unlabelled copies of test and validation items, and say so', () => {
    const rows = pretrainingRows(data([4, 5, 6], ['a', 'b', 'c', 'd', 'd', 'c', 'f']), 1)
    expect(rows.rows).toEqual([0, 1, 6])
    expect(rows.held).toBe(2)
    expect(rowsWords(rows)).toContain('2 unlabelled ones were left out')
  })

  it('are each in one batch of an epoch, in another order in the next', () => {
    const all = Array.from({ length: 23 }, (_, i) => i)
    const [first, second] = [batchesOfEpoch(all, 10, 1, 0), batchesOfEpoch(all, 10, 1, 1)]
    expect(first.map((batch) => batch.length)).toEqual([10, 10, 3])
    expect(first.flat().sort((a, b) => a - b)).toEqual(all)
    expect(second).not.toEqual(first)
    expect(batchesOfEpoch(all, 10, 1, 0)).toEqual(first)
  })
})
