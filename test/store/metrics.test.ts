import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRuns } from '../../src-main/core/store/list-runs.ts'
import { recordMetric, runMetrics } from '../../src-main/core/store/metrics-repo.ts'
import { MIGRATIONS_FOLDER } from '../../src-main/core/store/migrate.ts'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { putEpoch } from '../../src-main/core/store/run-records-repo.ts'
import { insertTestRun } from '../support/store-rows.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-metrics-'))
  store = openStore(folder, { kind: 'test', now: new Date('2026-05-06T07:08:09.123Z') })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

describe('the best of a metric', () => {
  it.each(['softLoss', 'domainLoss', 'pseudoLoss', 'penalty', 'reconstructionError'])('is the least %s', (metric) => {
    const run = insertTestRun(store.db, 'one')
    const values = [3, 1, 2]
    for (const [index, value] of values.entries()) recordMetric(store.db, run, `train.${metric}`, value, index + 1)
    expect(runMetrics(store.db, run)).toEqual({ [`train.${metric}`]: { kept: 2, last: 2, best: 1, bestEpoch: 2 } })
  })

  it('is the newest value where neither side is better', () => {
    const run = insertTestRun(store.db, 'one')
    for (const [index, value] of [0.1, 0.01].entries()) recordMetric(store.db, run, 'learningRate', value, index + 1)
    expect(runMetrics(store.db, run)).toEqual({ learningRate: { kept: 0.01, last: 0.01, best: 0.01, bestEpoch: 2 } })
  })

  it('of an older store is found anew from its epochs', () => {
    const run = insertTestRun(store.db, 'one')
    for (const [index, value] of [3, 1, 2].entries()) {
      const metrics = { 'train.softLoss': value, 'train.accuracy': value / 4 }
      for (const [name, one] of Object.entries(metrics)) recordMetric(store.db, run, name, one, index + 1)
      putEpoch(store.db, run, {
        epoch: index + 1,
        seconds: 1,
        metrics,
        samplesPerSecond: 1,
        waitShare: 0,
        engine: null,
      })
    }
    const right = runMetrics(store.db, run)
    store.db.run(
      "UPDATE run_metrics SET best = 3, best_epoch = 1 WHERE metric = (SELECT key FROM metric_names WHERE name = 'train.softLoss')",
    )
    store.db.exec(readFileSync(join(MIGRATIONS_FOLDER, '0006_lowest_is_best.sql'), 'utf8'))
    expect(runMetrics(store.db, run)).toEqual(right)
  })
})

describe('the name of a metric', () => {
  it('stays its own after a transaction that was rolled back', () => {
    const run = insertTestRun(store.db, 'one')
    const full = (): void => {
      throw new Error('database or disk is full')
    }
    expect(() =>
      store.db.transaction(() => {
        recordMetric(store.db, run, 'validation.accuracy', 0.5, 1)
        full()
      }),
    ).toThrow('full')
    recordMetric(store.db, run, 'validation.loss', 2, 1)
    recordMetric(store.db, run, 'validation.accuracy', 0.5, 1)
    const first = { kept: 2, last: 2, best: 2, bestEpoch: 1 }
    const second = { kept: 0.5, last: 0.5, best: 0.5, bestEpoch: 1 }
    expect(runMetrics(store.db, run)).toEqual({ 'validation.loss': first, 'validation.accuracy': second })
  })
})

describe('runs by a metric', () => {
  it('come best first, whichever side that is', () => {
    for (const value of [0.3, 0.1, 0.2]) {
      const run = insertTestRun(store.db, `run ${value}`)
      recordMetric(store.db, run, 'validation.loss', value, 1)
      recordMetric(store.db, run, 'validation.accuracy', value, 1)
    }
    const values = (metric: string, descending?: boolean) =>
      listRuns(store.db, { filter: {}, sort: `metrics.${metric}`, descending, offset: 0, limit: 9 })?.runs.map(
        (run) => run.metrics[metric]?.best,
      )
    expect(values('validation.loss')).toEqual([0.1, 0.2, 0.3])
    expect(values('validation.accuracy')).toEqual([0.3, 0.2, 0.1])
    expect(values('validation.loss', true)).toEqual([0.3, 0.2, 0.1])
  })
})
