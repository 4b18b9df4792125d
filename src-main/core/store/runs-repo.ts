import type { Run, RunStatus } from '../../contract/runs.ts'
import type { Db, SqlValue } from './database.ts'
import { runMetrics } from './metrics-repo.ts'

/** A run's row; its metrics stand in run_metrics, its large parts in run_details. */
export interface RunRow {
  key: number
  id: string
  name: string
  status: RunStatus
  reason: string | null
  created_at: string
  started_at: string | null
  finished_at: string | null
  dataset_id: string
  dataset_name: string
  dataset_version: number
  dataset_hash: string
  base: string
  strategy: string
  seed: number
  epochs: number
  epochs_done: number
  progress: number
  seconds: number
  parameters_total: number
  parameters_trainable: number
  parameters_frozen: number
  parameters_fresh: number
  starred: number
  tags: string
  notes: string
  colour: number
  queue: number | null
  /** What a queued run is started for; null: to train. */
  intent: 'stop' | null
}

export type NewRunRow = Omit<RunRow, 'key' | 'intent'> & Partial<Pick<RunRow, 'intent'>>

export function insertRun(db: Db, row: NewRunRow): number {
  const names = Object.keys(row) as (keyof NewRunRow)[]
  const sql = `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
  return db.insert(sql, ...names.map((name): SqlValue => row[name] ?? null))
}

export function updateRun(db: Db, key: number, changes: Partial<NewRunRow>): void {
  const names = Object.keys(changes) as (keyof NewRunRow)[]
  if (names.length === 0) return
  const sets = names.map((name) => `${name} = ?`).join(', ')
  db.run(`UPDATE runs SET ${sets} WHERE key = ?`, ...names.map((name): SqlValue => changes[name] ?? null), key)
}

export function findRun(db: Db, id: string): RunRow | null {
  return db.get<RunRow>('SELECT * FROM runs WHERE id = ?', id) ?? null
}

export function deleteRun(db: Db, key: number): void {
  db.run('DELETE FROM runs WHERE key = ?', key)
}

/** Queued runs, next first. */
export function queuedRuns(db: Db): RunRow[] {
  return db.all<RunRow>("SELECT * FROM runs WHERE queue IS NOT NULL AND status = 'queued' ORDER BY queue, key")
}

export function runsByStatus(db: Db, status: RunStatus): RunRow[] {
  return db.all<RunRow>('SELECT * FROM runs WHERE status = ? ORDER BY key', status)
}

/** A place in the queue before or behind all others. */
export function queueEnd(db: Db, end: 'front' | 'back'): number {
  const places = db.get<{ low: number | null; high: number | null }>(
    // Each by itself is one look into the index; together they are a walk along it.
    `SELECT (SELECT min(queue) FROM runs WHERE queue IS NOT NULL) AS low,
       (SELECT max(queue) FROM runs WHERE queue IS NOT NULL) AS high`,
  )
  return end === 'front' ? (places?.low ?? 0) - 1 : (places?.high ?? 0) + 1
}

export function toRun(db: Db, row: RunRow): Run {
  return assembleRun(row, runMetrics(db, row.key))
}

export function assembleRun(row: RunRow, metrics: Run['metrics']): Run {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    reason: row.reason,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    dataset: { id: row.dataset_id, name: row.dataset_name, version: row.dataset_version, hash: row.dataset_hash },
    base: row.base,
    strategy: row.strategy,
    seed: row.seed,
    epochs: row.epochs,
    epochsDone: row.epochs_done,
    progress: row.progress,
    seconds: row.seconds,
    parameters: {
      total: row.parameters_total,
      trainable: row.parameters_trainable,
      frozen: row.parameters_frozen,
      fresh: row.parameters_fresh,
    },
    metrics,
    starred: row.starred === 1,
    tags: row.tags === '[]' ? [] : (JSON.parse(row.tags) as string[]),
    notes: row.notes,
    colour: row.colour,
    queuePosition: row.status === 'queued' ? row.queue : null,
  }
}
