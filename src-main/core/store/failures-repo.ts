import type { Failure } from '../../contract/failures.ts'
import type { Db } from './database.ts'

/** A job that ended badly, as it is kept until someone dismisses it. */
export type JobFailure = Omit<Failure, 'id' | 'jobId' | 'canRetry'> & { readonly jobId: string }

/** A run that ended badly; what is wrong with it stands in its own row. */
export interface FailedRun {
  readonly id: string
  readonly name: string
  readonly status: 'failed' | 'interrupted'
  readonly reason: string | null
  readonly at: string
}

/** Rows of `meta`: a failed job each, and a dismissed run each. */
const JOB = 'failure:'
const RUN = 'dismissed:'

export function putJobFailure(db: Db, failure: JobFailure): void {
  db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', JOB + failure.jobId, JSON.stringify(failure))
}

export function deleteJobFailure(db: Db, jobId: string): void {
  db.run('DELETE FROM meta WHERE key = ?', JOB + jobId)
}

export function listJobFailures(db: Db): JobFailure[] {
  const rows = db.all<{ value: string }>('SELECT value FROM meta WHERE key GLOB ?', `${JOB}*`)
  return rows.map(({ value }) => JSON.parse(value) as JobFailure)
}

const BAD = `status IN ('failed', 'interrupted') AND NOT EXISTS (SELECT 1 FROM meta WHERE key = '${RUN}' || runs.id)`

/** Newest first. An interrupted run has no end of its own: its last line of the log is the nearest. */
export function listFailedRuns(db: Db, limit: number): { total: number; runs: FailedRun[] } {
  const runs = db.all<FailedRun>(
    `SELECT id, name, status, reason,
       coalesce(finished_at, (SELECT max(at) FROM run_log WHERE run = runs.key), started_at, created_at) AS at
     FROM runs WHERE ${BAD} ORDER BY at DESC LIMIT ?`,
    limit,
  )
  if (runs.length < limit) return { total: runs.length, runs }
  return { total: db.get<{ count: number }>(`SELECT count(*) AS count FROM runs WHERE ${BAD}`)?.count ?? 0, runs }
}

/** null: all that have failed so far. */
export function dismissRuns(db: Db, ids: readonly string[] | null): void {
  const insert = `INSERT OR IGNORE INTO meta (key, value) SELECT '${RUN}' || id, '' FROM runs WHERE ${BAD}`
  if (ids === null) db.run(insert)
  else db.transaction(() => ids.forEach((id) => db.run(`${insert} AND id = ?`, id)))
}

/** Its next failure shall be told. */
export function forgetDismissal(db: Db, id: string): void {
  db.run('DELETE FROM meta WHERE key = ?', RUN + id)
}
