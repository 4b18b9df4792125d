import { beforeEach, describe, expect, it } from 'vitest'
import type { RunFilter } from '../../../../src-main/contract/runs.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { listRuns, SORT_FIELDS } from '../../../../src-main/core/store/list-runs.ts'
import { keepMetrics, recordMetric } from '../../../../src-main/core/store/metrics-repo.ts'
import type { NewRunRow } from '../../../../src-main/core/store/runs-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

let db: Db
beforeEach(() => {
  db = memoryStore()
})

const ids = (filter: RunFilter = {}, sort = 'createdAt', descending?: boolean): string[] | undefined =>
  listRuns(db, { filter, sort, descending, offset: 0, limit: 100 })?.runs.map((run) => run.id)
const insert = (rows: Record<string, Partial<NewRunRow>>): void => {
  for (const [id, more] of Object.entries(rows)) insertTestRun(db, id, more)
}

describe('runs by a field', () => {
  it('come largest or latest first, unless asked otherwise', () => {
    insert({ a: { seconds: 2 }, b: { seconds: 3 }, c: { seconds: 1 } })
    expect(ids({}, 'seconds')).toEqual(['b', 'a', 'c'])
    expect(ids({}, 'seconds', true)).toEqual(['b', 'a', 'c'])
    expect(ids({}, 'seconds', false)).toEqual(['c', 'a', 'b'])
  })

  it('that is equal come in the order in which they were made, or back', () => {
    insert({ a: {}, b: {}, c: {} })
    expect(ids({}, 'seed')).toEqual(['c', 'b', 'a'])
    expect(ids({}, 'seed', false)).toEqual(['a', 'b', 'c'])
  })

  it('without a value come last, whichever way', () => {
    insert({ a: { started_at: null }, b: { started_at: '2026-01-01' }, c: { started_at: '2026-01-02' } })
    expect(ids({}, 'startedAt')).toEqual(['c', 'b', 'a'])
    expect(ids({}, 'startedAt', false)).toEqual(['b', 'c', 'a'])
  })

  it('with words are in the order of the alphabet, not of upper case', () => {
    insert({ a: { name: 'beta' }, b: { name: 'Alpha' }, c: { name: 'Gamma' } })
    expect(ids({}, 'name', false)).toEqual(['b', 'a', 'c'])
  })

  it.each(SORT_FIELDS)('can be asked for: %s', (field) => {
    insert({ a: {}, b: {} })
    expect(ids({}, field)).toHaveLength(2)
  })

  it('that there is none of are none', () => {
    for (const sort of ['nonsense', 'toString', 'r.seed', 'metric.loss']) expect(ids({}, sort)).toBeUndefined()
  })
})

describe('runs by a metric', () => {
  const measure = (id: string, name: string, value: number): number => {
    const run = insertTestRun(db, id)
    recordMetric(db, run, name, value, 1)
    return run
  }

  it('come by the value of the weights that are saved, the newest first of equals', () => {
    const a = measure('a', 'test.accuracy', 0.1)
    measure('b', 'test.accuracy', 0.5)
    measure('c', 'test.accuracy', 0.5)
    keepMetrics(db, a, { 'test.accuracy': 0.9 })
    expect(ids({}, 'metrics.test.accuracy')).toEqual(['a', 'c', 'b'])
    expect(ids({}, 'metrics.test.accuracy', false)).toEqual(['c', 'b', 'a'])
  })

  it('without it come last, whichever side is better', () => {
    measure('a', 'test.loss', 2)
    insertTestRun(db, 'none')
    measure('b', 'test.loss', 1)
    expect(ids({}, 'metrics.test.loss')).toEqual(['b', 'a', 'none'])
    expect(ids({}, 'metrics.test.loss', true)).toEqual(['a', 'b', 'none'])
  })

  it('that was never measured come newest first', () => {
    measure('a', 'test.accuracy', 0.9)
    measure('b', 'test.accuracy', 0.1)
    expect(ids({}, 'metrics.test.auc')).toEqual(['b', 'a'])
  })

  it('that is neither good nor bad come largest first', () => {
    measure('a', 'learningRate', 0.1)
    measure('b', 'learningRate', 0.2)
    expect(ids({}, 'metrics.learningRate')).toEqual(['b', 'a'])
  })
})

describe('runs by a filter', () => {
  it('are those of a state, of ids, with a star, a tag, a dataset', () => {
    insert({
      a: { status: 'failed', starred: 1, tags: '["x","y"]', dataset_id: 'd2', dataset_name: 'animals' },
      b: { status: 'queued', tags: '["xy"]' },
      c: { status: 'paused', dataset_id: 'animals', dataset_name: 'other' },
    })
    expect(ids({})).toEqual(['c', 'b', 'a'])
    expect(ids({ status: ['failed', 'queued'] })).toEqual(['b', 'a'])
    expect(ids({ status: [] })).toEqual([])
    expect(ids({ ids: ['c', 'a', 'nowhere'] })).toEqual(['c', 'a'])
    expect(ids({ starred: true })).toEqual(['a'])
    expect(ids({ starred: false })).toEqual(['c', 'b'])
    expect(ids({ tag: 'x' })).toEqual(['a'])
    expect(ids({ dataset: 'animals' })).toEqual(['c', 'a'])
    expect(ids({ dataset: 'd2' })).toEqual(['a'])
    expect(ids({ dataset: 'animals', status: ['paused'] })).toEqual(['c'])
  })

  it('are those with the words in name, base, strategy, dataset, notes or tags', () => {
    insert({
      name: { name: 'has Needle here' },
      base: { base: 'needle' },
      strategy: { strategy: 'needle' },
      dataset: { dataset_name: 'needle' },
      notes: { notes: 'a needle' },
      tags: { tags: '["needle"]' },
      none: {},
    })
    expect(ids({ search: 'NEEDLE' }, 'createdAt', false)).toEqual([
      'name',
      'base',
      'strategy',
      'dataset',
      'notes',
      'tags',
    ])
    expect(ids({ search: '' })).toHaveLength(7)
  })

  it('are those with %, _ and \\ as they stand', () => {
    insert({ a: { notes: '50%' }, b: { notes: 'a_b' }, c: { notes: 'a\\b' }, d: { notes: 'a-b' } })
    expect(['%', 'a_b', '\\'].map((search) => ids({ search }))).toEqual([['a'], ['b'], ['c']])
  })
})

describe('a page of runs', () => {
  it('says how many there are in all, with the metrics of those on it', () => {
    insert({ a: {}, b: {}, c: {}, other: { status: 'failed' } })
    recordMetric(db, 2, 'test.loss', 1, 1)
    const query = { filter: { status: ['finished' as const] }, sort: 'createdAt', offset: 1, limit: 2 }
    const page = listRuns(db, query)!
    expect([page.total, page.runs.map((run) => run.id)]).toEqual([3, ['b', 'a']])
    const loss = { kept: 1, last: 1, best: 1, bestEpoch: 1 }
    expect(page.runs.map((run) => run.metrics)).toEqual([{ 'test.loss': loss }, {}])
    expect(listRuns(db, { ...query, offset: 3 })).toEqual({ total: 3, runs: [] })
  })
})
