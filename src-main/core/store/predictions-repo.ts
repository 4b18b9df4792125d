import type { Split } from '../../contract/datasets.ts'
import type { Prediction } from '../../contract/runs.ts'
import type { Db, SqlValue } from './database.ts'

export interface PredictionSlice {
  readonly split: Split
  readonly head: string
  readonly rows: readonly Prediction[]
  /** Replaces what the run had for this split and head. */
  readonly first: boolean
}

export function putPredictions(db: Db, run: number, slice: PredictionSlice): void {
  const sql =
    'INSERT OR REPLACE INTO predictions (run, split, head, item, name, expected, predicted, confidence, loss) ' +
    'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
  db.transaction(() => {
    if (slice.first) {
      db.run('DELETE FROM predictions WHERE run = ? AND split = ? AND head = ?', run, slice.split, slice.head)
    }
    for (const row of slice.rows) {
      const loss = Number.isFinite(row.loss) ? row.loss : Number.MAX_VALUE
      const { split, head } = slice
      db.run(sql, run, split, head, row.itemId, row.name, row.expected, row.predicted, row.confidence, loss)
    }
  })
}

export interface PredictionQuery {
  readonly split: Split
  readonly head: string
  readonly expected?: string | undefined
  readonly predicted?: string | undefined
  readonly wrongOnly: boolean
  readonly offset: number
  readonly limit: number
}

/** The most surprising ones (largest loss) first. */
export function listPredictions(
  db: Db,
  run: number,
  query: PredictionQuery,
): { total: number; predictions: Prediction[] } {
  const parts = ['run = ?', 'split = ?', 'head = ?']
  const params: SqlValue[] = [run, query.split, query.head]
  for (const field of ['expected', 'predicted'] as const) {
    const value = query[field]
    if (value === undefined) continue
    parts.push(`CAST(${field} AS TEXT) = ?`)
    params.push(value)
  }
  if (query.wrongOnly) parts.push('expected IS NOT NULL AND expected IS NOT predicted')
  const where = parts.join(' AND ')
  const total = db.get<{ count: number }>(`SELECT count(*) AS count FROM predictions WHERE ${where}`, ...params)?.count
  const predictions = db.all<Prediction>(
    `SELECT item AS itemId, name, expected, predicted, confidence, loss FROM predictions
     WHERE ${where} ORDER BY loss DESC, item LIMIT ? OFFSET ?`,
    ...params,
    query.limit,
    query.offset,
  )
  return { total: total ?? 0, predictions }
}

export function countPairs(
  db: Db,
  run: number,
  split: Split,
  head: string,
): { expected: string; predicted: string; count: number }[] {
  return db.all(
    `SELECT CAST(expected AS TEXT) AS expected, CAST(predicted AS TEXT) AS predicted, count(*) AS count
     FROM predictions WHERE run = ? AND split = ? AND head = ? AND expected IS NOT NULL GROUP BY 1, 2`,
    run,
    split,
    head,
  )
}
