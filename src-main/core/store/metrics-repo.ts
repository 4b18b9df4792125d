import { betterSign } from '../../contract/metric-facts.ts'
import type { MetricSummary } from '../../contract/runs.ts'
import type { Db } from './database.ts'

/** Asked of the store each time: a key that is kept beside it outlives a transaction that was rolled back, and then means another. */
export function metricKey(db: Db, name: string): number | null {
  return db.get<{ key: number }>('SELECT key FROM metric_names WHERE name = ?', name)?.key ?? null
}

function keyFor(db: Db, name: string): number {
  return metricKey(db, name) ?? db.insert('INSERT INTO metric_names (name) VALUES (?)', name)
}

/** Which new values take the place of the best; where neither side is better, the newest stands there. */
const IS_BETTER = { '1': 'excluded.best > best', '-1': 'excluded.best < best', '0': 'TRUE' }

/** Takes a new value into the summary of one metric. */
export function recordMetric(db: Db, run: number, name: string, value: number, epoch: number): void {
  if (!Number.isFinite(value)) return
  const better = IS_BETTER[betterSign(name)]
  db.run(
    `INSERT INTO run_metrics (run, metric, last, best, best_epoch) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (run, metric) DO UPDATE SET last = excluded.last, kept = NULL,
       best_epoch = CASE WHEN ${better} THEN excluded.best_epoch ELSE best_epoch END,
       best = CASE WHEN ${better} THEN excluded.best ELSE best END`,
    run,
    keyFor(db, name),
    value,
    value,
    epoch,
  )
}

/** The weights that are saved are those of an epoch that measured this. The next value that is recorded takes it back. */
export function keepMetrics(db: Db, run: number, metrics: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(metrics)) {
    db.run('UPDATE run_metrics SET kept = ? WHERE run = ? AND metric = ?', value, run, metricKey(db, name))
  }
}

export function clearMetrics(db: Db, run: number): void {
  db.run('DELETE FROM run_metrics WHERE run = ?', run)
}

export function runMetrics(db: Db, run: number): Record<string, MetricSummary> {
  const rows = db.rows<MetricTuple>(`${SUMMARIES} WHERE run = ?`, run)
  return group(db, rows).get(run) ?? {}
}

/** Summaries of many runs at once, by run key. */
export function metricsOf(db: Db, runs: readonly number[]): Map<number, Record<string, MetricSummary>> {
  const few = runs.length <= 500
  const rows = few
    ? runs.flatMap((run) => db.rows<MetricTuple>(`${SUMMARIES} WHERE run = ?`, run))
    : db.rows<MetricTuple>(`${SUMMARIES} ORDER BY run, metric`)
  return group(db, rows)
}

const SUMMARIES = 'SELECT run, metric, coalesce(kept, last), last, best, best_epoch FROM run_metrics'

type MetricTuple = [run: number, metric: number, kept: number, last: number, best: number, bestEpoch: number]

function group(db: Db, rows: readonly MetricTuple[]): Map<number, Record<string, MetricSummary>> {
  const names = new Map(db.rows<[number, string]>('SELECT key, name FROM metric_names'))
  const byRun = new Map<number, Record<string, MetricSummary>>()
  for (const [run, metric, kept, last, best, bestEpoch] of rows) {
    let metrics = byRun.get(run)
    if (metrics === undefined) byRun.set(run, (metrics = {}))
    metrics[names.get(metric) ?? `metric ${metric}`] = { kept, last, best, bestEpoch }
  }
  return byRun
}
