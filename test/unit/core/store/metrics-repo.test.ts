import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import * as metrics from '../../../../src-main/core/store/metrics-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

let db: Db
let run: number
beforeEach(() => {
  db = memoryStore()
  run = insertTestRun(db, 'a')
})

const record = (name: string, ...values: number[]): void => {
  for (const [index, value] of values.entries()) metrics.recordMetric(db, run, name, value, index + 1)
}
const of = (name: string) => metrics.runMetrics(db, run)[name]

describe('the summary of a metric', () => {
  it('has the last value and the best one with its epoch, the first of equals', () => {
    record('test.accuracy', 0.5, 0.8, 0.8, 0.7)
    expect(of('test.accuracy')).toEqual({ kept: 0.7, last: 0.7, best: 0.8, bestEpoch: 2 })
    record('test.loss', 3, 1, 1, 2)
    expect(of('test.loss')).toEqual({ kept: 2, last: 2, best: 1, bestEpoch: 2 })
  })

  it('leaves out what is no number', () => {
    record('test.loss', 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    expect(of('test.loss')).toEqual({ kept: 1, last: 1, best: 1, bestEpoch: 1 })
  })

  it('has the value of the weights that are saved, until the next one is recorded', () => {
    record('test.loss', 1, 3)
    record('test.accuracy', 0.9, 0.4)
    metrics.keepMetrics(db, run, { 'test.loss': 1, 'never.measured': 5 })
    expect(of('test.loss')).toEqual({ kept: 1, last: 3, best: 1, bestEpoch: 1 })
    expect(of('test.accuracy')).toMatchObject({ kept: 0.4 })
    expect(Object.keys(metrics.runMetrics(db, run)).sort()).toEqual(['test.accuracy', 'test.loss'])
    metrics.recordMetric(db, run, 'test.loss', 2, 3)
    expect(of('test.loss')).toEqual({ kept: 2, last: 2, best: 1, bestEpoch: 1 })
  })

  it('is gone when the run begins anew', () => {
    const other = insertTestRun(db, 'b')
    record('test.loss', 1)
    metrics.recordMetric(db, other, 'test.loss', 2, 1)
    metrics.clearMetrics(db, run)
    expect(metrics.runMetrics(db, run)).toEqual({})
    expect(metrics.runMetrics(db, other)['test.loss']).toMatchObject({ last: 2 })
  })
})

describe('the name of a metric', () => {
  it('has one key for all runs', () => {
    expect(metrics.metricKey(db, 'test.loss')).toBeNull()
    record('test.loss', 1)
    const key = metrics.metricKey(db, 'test.loss')
    expect(key).toBeTypeOf('number')
    metrics.recordMetric(db, insertTestRun(db, 'b'), 'test.loss', 1, 1)
    expect(metrics.metricKey(db, 'test.loss')).toBe(key)
    expect(db.all('SELECT name FROM metric_names')).toEqual([{ name: 'test.loss' }])
  })
})

describe('the metrics of many runs', () => {
  const one = (value: number) => ({ kept: value, last: value, best: value, bestEpoch: 1 })

  it('are by run; one without metrics is left out', () => {
    const [b, c] = [insertTestRun(db, 'b'), insertTestRun(db, 'c')]
    record('test.loss', 1)
    record('test.accuracy', 0.5)
    metrics.recordMetric(db, c, 'test.loss', 2, 1)
    const found = metrics.metricsOf(db, [run, b, c])
    expect(found.get(run)).toEqual({ 'test.loss': one(1), 'test.accuracy': one(0.5) })
    expect(found.get(c)).toEqual({ 'test.loss': one(2) })
    expect(found.has(b)).toBe(false)
    expect([...metrics.metricsOf(db, [c]).keys()]).toEqual([c])
    expect(metrics.metricsOf(db, []).size).toBe(0)
  })

  it('are the same beyond the number that is asked for one by one', () => {
    record('test.loss', 1)
    const many = [run, ...Array.from({ length: 500 }, (_unused, i) => 1000 + i)]
    expect(metrics.metricsOf(db, many)).toEqual(metrics.metricsOf(db, [run]))
    expect(metrics.metricsOf(db, many).size).toBe(1)
  })
})
