import type { LabelValue, Split } from '../../contract/datasets.ts'
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
    'INSERT OR REPLACE INTO predictions (run, split, head, item, name, expected, predicted, confidence, loss, scores) ' +
    'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
  db.transaction(() => {
    if (slice.first) {
      db.run('DELETE FROM predictions WHERE run = ? AND split = ? AND head = ?', run, slice.split, slice.head)
    }
    for (const row of slice.rows) {
      const loss = Number.isFinite(row.loss) ? row.loss : Number.MAX_VALUE
      const { split, head } = slice
      const [expected, predicted] = [row.expected, row.predicted].map(textOf) as [SqlValue, SqlValue]
      const scores = row.scores === undefined ? null : JSON.stringify(row.scores)
      db.run(sql, run, split, head, row.itemId, row.name, expected, predicted, row.confidence, loss, scores)
    }
  })
}

/** A list of tags as JSON. */
function textOf(value: LabelValue): SqlValue {
  return Array.isArray(value) ? JSON.stringify(value) : value
}

export interface PredictionQuery {
  readonly split: Split
  readonly head: string
  readonly expected?: string | undefined
  readonly predicted?: string | undefined
  /** Of tags: those that have it or were given it; with `wrongOnly` one of the two. */
  readonly tag?: string | undefined
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
  if (query.tag !== undefined) {
    const [had, given] = ['expected', 'predicted'].map(
      (field) => `EXISTS (SELECT 1 FROM json_each(${field}) WHERE value = ?)`,
    )
    parts.push(`scores IS NOT NULL AND expected IS NOT NULL AND ${had} ${query.wrongOnly ? '<>' : '+'} ${given}`)
    params.push(query.tag, query.tag)
  } else if (query.wrongOnly) parts.push('expected IS NOT NULL AND expected IS NOT predicted')
  const where = parts.join(' AND ')
  const total = db.get<{ count: number }>(`SELECT count(*) AS count FROM predictions WHERE ${where}`, ...params)?.count
  const predictions = db.all<RawPrediction>(
    `SELECT item AS itemId, name, expected, predicted, confidence, loss, scores FROM predictions
     WHERE ${where} ORDER BY loss DESC, item LIMIT ? OFFSET ?`,
    ...params,
    query.limit,
    query.offset,
  )
  return { total: total ?? 0, predictions: predictions.map(fromRaw) }
}

type RawPrediction = Omit<Prediction, 'scores' | 'expected' | 'predicted'> & {
  readonly expected: string | number | null
  readonly predicted: string | number
  readonly scores: string | null
}

function fromRaw({ scores, ...row }: RawPrediction): Prediction {
  if (scores === null) return row
  const expected = row.expected === null ? null : listOf(row.expected)
  return { ...row, expected, predicted: listOf(row.predicted), scores: JSON.parse(scores) as number[] }
}

function listOf(text: string | number): string[] {
  return JSON.parse(String(text)) as string[]
}

export interface TagPrediction {
  readonly expected: ReadonlySet<string>
  readonly predicted: ReadonlySet<string>
  /** In the order of the head's classes. */
  readonly scores: readonly number[]
}

/** Every item of a split whose tags are known, as a head of tags sees it. */
export function tagPredictions(db: Db, run: number, split: Split, head: string): TagPrediction[] {
  const rows = db.all<{ expected: string; predicted: string; scores: string }>(
    `SELECT expected, predicted, scores FROM predictions
     WHERE run = ? AND split = ? AND head = ? AND expected IS NOT NULL AND scores IS NOT NULL`,
    run,
    split,
    head,
  )
  return rows.map(({ expected, predicted, scores }) => ({
    expected: new Set(listOf(expected)),
    predicted: new Set(listOf(predicted)),
    scores: JSON.parse(scores) as number[],
  }))
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
