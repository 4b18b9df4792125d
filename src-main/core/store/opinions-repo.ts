import type { OpinionDecision } from '../../contract/opinions.ts'
import type { Db } from './database.ts'

export interface OpinionRow {
  readonly key: number
  readonly id: string
  readonly dataset: number
  readonly name: string
  /** Id of the label column. */
  readonly field: number
  readonly columnName: string
  readonly version: number
  readonly pool: number
  readonly seed: number
  readonly createdAt: string
  readonly finishedAt: string | null
}

/** `first` and `second` are class indices: of the version of the draw, and of `version`. */
export interface OpinionItem {
  readonly item: number
  readonly first: number
  readonly second: number | null
  readonly version: number | null
  readonly decision: OpinionDecision | null
}

const COLUMNS =
  'key, id, dataset, name, field, column_name AS columnName, version, pool, seed, created_at AS createdAt, finished_at AS finishedAt'

/** Drawn items in the order of the draw. */
export function insertOpinion(
  db: Db,
  row: Omit<OpinionRow, 'key' | 'finishedAt'>,
  drawn: readonly Pick<OpinionItem, 'item' | 'first'>[],
): void {
  db.transaction(() => {
    const key = db.insert(
      `INSERT INTO opinions (id, dataset, name, field, column_name, version, pool, seed, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.dataset,
      row.name,
      row.field,
      row.columnName,
      row.version,
      row.pool,
      row.seed,
      row.createdAt,
    )
    const sql = 'INSERT INTO opinion_items (opinion, place, item, first) VALUES (?, ?, ?, ?)'
    for (const [place, { item, first }] of drawn.entries()) db.run(sql, key, place, item, first)
  })
}

export function findOpinion(db: Db, id: string): OpinionRow | null {
  return db.get<OpinionRow>(`SELECT ${COLUMNS} FROM opinions WHERE id = ?`, id) ?? null
}

/** Newest first. */
export function listOpinions(db: Db, dataset: number): OpinionRow[] {
  return db.all(`SELECT ${COLUMNS} FROM opinions WHERE dataset = ? ORDER BY key DESC`, dataset)
}

/** In the order of the draw. */
export function opinionItems(db: Db, opinion: number): OpinionItem[] {
  const sql = 'SELECT item, first, second, version, decision FROM opinion_items WHERE opinion = ? ORDER BY place'
  return db.all(sql, opinion)
}

/** A second label for items; null takes it back. Answers how many of them were drawn at all. */
export function answerItems(
  db: Db,
  opinion: number,
  itemIds: readonly number[],
  answer: { second: number; version: number } | null,
): number {
  const sql = 'UPDATE opinion_items SET second = ?, version = ? WHERE opinion = ? AND item = ?'
  let changed = 0
  for (const id of itemIds) changed += db.run(sql, answer?.second ?? null, answer?.version ?? null, opinion, id)
  return changed
}

export function decideItems(
  db: Db,
  opinion: number,
  itemIds: readonly number[],
  decision: OpinionDecision | null,
): void {
  const sql = 'UPDATE opinion_items SET decision = ? WHERE opinion = ? AND item = ?'
  for (const id of itemIds) db.run(sql, decision, opinion, id)
}

export function finishOpinion(db: Db, key: number, at: string): void {
  db.run('UPDATE opinions SET finished_at = ? WHERE key = ?', at, key)
}

export function deleteOpinion(db: Db, key: number): void {
  db.run('DELETE FROM opinions WHERE key = ?', key)
}
