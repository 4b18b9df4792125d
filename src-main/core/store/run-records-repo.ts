import type { Db } from './database.ts'

/** The small records of a run: log, epochs, checkpoints. */

export interface LogRow {
  readonly seq: number
  readonly at: string
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
}

export function appendLog(db: Db, run: number, line: Omit<LogRow, 'seq'>): void {
  db.run(
    'INSERT INTO run_log (run, seq, at, level, text) SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ? FROM run_log WHERE run = ?',
    run,
    line.at,
    line.level,
    line.text,
    run,
  )
}

export function readLog(db: Db, run: number, after: number): LogRow[] {
  return db.all<LogRow>('SELECT seq, at, level, text FROM run_log WHERE run = ? AND seq > ? ORDER BY seq', run, after)
}

export interface EpochRow {
  readonly epoch: number
  readonly seconds: number
  readonly metrics: Record<string, number>
  readonly samplesPerSecond: number | null
  readonly waitShare: number | null
  readonly engine: 'compiled' | 'eager' | null
}

export function putEpoch(db: Db, run: number, row: EpochRow): void {
  db.run(
    `INSERT OR REPLACE INTO run_epochs (run, epoch, seconds, metrics, samples_per_second, wait_share, engine)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    run,
    row.epoch,
    row.seconds,
    JSON.stringify(row.metrics),
    row.samplesPerSecond,
    row.waitShare,
    row.engine,
  )
}

export function listEpochs(db: Db, run: number): EpochRow[] {
  const rows = db.all<Omit<EpochRow, 'metrics'> & { metrics: string }>(
    `SELECT epoch, seconds, metrics, samples_per_second AS samplesPerSecond, wait_share AS waitShare, engine
     FROM run_epochs WHERE run = ? ORDER BY epoch`,
    run,
  )
  return rows.map((row) => ({ ...row, metrics: JSON.parse(row.metrics) as Record<string, number> }))
}

export function dropEpochsAfter(db: Db, run: number, epoch: number): void {
  db.run('DELETE FROM run_epochs WHERE run = ? AND epoch > ?', run, epoch)
}

export interface CheckpointRow {
  readonly step: number
  readonly epoch: number
  /** Relative to the workspace. */
  readonly path: string
  readonly at: string
}

export function putCheckpoint(db: Db, run: number, row: CheckpointRow): void {
  db.run(
    'INSERT OR REPLACE INTO checkpoints (run, step, epoch, path, at) VALUES (?, ?, ?, ?, ?)',
    run,
    row.step,
    row.epoch,
    row.path,
    row.at,
  )
}

export function newestCheckpoint(db: Db, run: number): CheckpointRow | null {
  const sql = 'SELECT step, epoch, path, at FROM checkpoints WHERE run = ? ORDER BY step DESC LIMIT 1'
  return db.get<CheckpointRow>(sql, run) ?? null
}

export function dropCheckpointsFrom(db: Db, run: number, step: number): void {
  db.run('DELETE FROM checkpoints WHERE run = ? AND step >= ?', run, step)
}
