import { beforeEach, describe, expect, it } from 'vitest'
import type { Prediction } from '../../../../src-main/contract/runs.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import {
  countPairs,
  listPredictions,
  type PredictionQuery,
  putPredictions,
} from '../../../../src-main/core/store/predictions-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

const row = (
  itemId: number,
  expected: string | number | null,
  predicted: string | number,
  loss: number,
): Prediction => ({
  itemId,
  name: `item ${itemId}`,
  expected,
  predicted,
  confidence: 0.5,
  loss,
})

let db: Db
let run: number
beforeEach(() => {
  db = memoryStore()
  run = insertTestRun(db, 'a')
})

const put = (rows: Prediction[], more: { first?: boolean; head?: string; split?: 'test' | 'train' } = {}): void =>
  putPredictions(db, run, { split: 'test', head: 'label', first: false, rows, ...more })
const list = (more: Partial<PredictionQuery> = {}) =>
  listPredictions(db, run, { split: 'test', head: 'label', wrongOnly: false, offset: 0, limit: 100, ...more })
const idsOf = (more: Partial<PredictionQuery> = {}): number[] => list(more).predictions.map((one) => one.itemId)

describe('predictions', () => {
  it('come back whole, the largest loss first, then by item', () => {
    const rows = [row(3, 'cat', 'cat', 0.1), row(2, 'cat', 'dog', 2), row(1, null, 'dog', 0.1), row(4, 'dog', 'cat', 3)]
    put(rows)
    expect(list()).toEqual({ total: 4, predictions: [rows[3], rows[1], rows[2], rows[0]] })
  })

  it('are paged, and counted beyond the page', () => {
    put([1, 2, 3, 4].map((id) => row(id, 'a', 'a', 5 - id)))
    expect(list({ offset: 1, limit: 2 })).toMatchObject({ total: 4, predictions: [{ itemId: 2 }, { itemId: 3 }] })
    expect(list({ offset: 4 })).toEqual({ total: 4, predictions: [] })
  })

  it('are narrowed by what was expected, what was predicted, and whether that is wrong', () => {
    put([row(1, 'cat', 'cat', 4), row(2, 'cat', 'dog', 3), row(3, 'dog', 'cat', 2), row(4, null, 'cat', 1)])
    expect(idsOf({ expected: 'cat' })).toEqual([1, 2])
    expect(idsOf({ predicted: 'cat' })).toEqual([1, 3, 4])
    expect(idsOf({ expected: 'cat', predicted: 'dog' })).toEqual([2])
    expect(idsOf({ wrongOnly: true })).toEqual([2, 3])
    expect(list({ expected: 'cat', wrongOnly: true })).toMatchObject({ total: 1 })
  })

  it('with numbers are found by their text', () => {
    put([row(1, 1.5, 2.5, 1), row(2, 3, 3, 0)])
    expect(idsOf({ expected: '1.5' })).toEqual([1])
    expect(list({ predicted: '3.0' }).predictions).toEqual([row(2, 3, 3, 0)])
  })

  it('whose loss is no number are the most surprising', () => {
    put([row(1, 'a', 'b', 1e9), row(2, 'a', 'b', Number.POSITIVE_INFINITY), row(3, 'a', 'b', Number.NaN)])
    expect(list().predictions.map((one) => [one.itemId, one.loss])).toEqual([
      [2, Number.MAX_VALUE],
      [3, Number.MAX_VALUE],
      [1, 1e9],
    ])
  })

  it('are added to; the first slice takes the place of all before it, of its split and head', () => {
    put([row(1, 'a', 'a', 1)])
    put([row(1, 'a', 'a', 1)], { split: 'train' })
    put([row(1, 'a', 'a', 1)], { head: 'species' })
    put([row(2, 'a', 'a', 2)])
    expect(idsOf()).toEqual([2, 1])
    put([row(3, 'a', 'a', 1)], { first: true })
    expect(idsOf()).toEqual([3])
    expect([idsOf({ split: 'train' }), idsOf({ head: 'species' })]).toEqual([[1], [1]])
  })

  it('of an item that comes again are its newest', () => {
    put([row(1, 'a', 'a', 1)])
    put([row(1, 'a', 'b', 2)])
    expect(list().predictions).toEqual([row(1, 'a', 'b', 2)])
  })

  it('are counted by what was expected and predicted', () => {
    put([row(1, 'cat', 'cat', 1), row(2, 'cat', 'dog', 1), row(3, 'cat', 'dog', 1), row(4, null, 'dog', 1)])
    put([row(5, 'cat', 'cat', 1)], { split: 'train' })
    put([row(6, 'cat', 'cat', 1)], { head: 'species' })
    expect(countPairs(db, run, 'test', 'label')).toEqual([
      { expected: 'cat', predicted: 'cat', count: 1 },
      { expected: 'cat', predicted: 'dog', count: 2 },
    ])
    expect(countPairs(db, run + 1, 'test', 'label')).toEqual([])
  })
})
