import type { ImportProblem } from '../../contract/datasets.ts'
import type { Db } from './database.ts'

export function insertProblems(db: Db, dataset: number, problems: readonly ImportProblem[]): void {
  const sql =
    'INSERT INTO problems (dataset, seq, path, code, message, level) ' +
    'SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ?, ? FROM problems WHERE dataset = ?'
  db.transaction(() => {
    for (const { path, code, message, level } of problems) {
      db.run(sql, dataset, path, code, message, level, dataset)
    }
  })
}

export function countProblems(db: Db, dataset: number): number {
  const sql = 'SELECT count(*) AS count FROM problems WHERE dataset = ?'
  return db.get<{ count: number }>(sql, dataset)?.count ?? 0
}

/** In the order in which they were met; contradicting labels before everything else. */
export function listProblems(db: Db, dataset: number, offset: number, limit: number): ImportProblem[] {
  const sql =
    'SELECT path, code, message, level FROM problems WHERE dataset = ? ' +
    "ORDER BY code <> 'contradiction', seq LIMIT ? OFFSET ?"
  return db.all<ImportProblem>(sql, dataset, limit, offset)
}
