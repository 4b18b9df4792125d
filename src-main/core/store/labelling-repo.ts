import type { LabelMark } from '../../contract/labelling.ts'
import { BaseRef } from '../../contract/spec.ts'
import type { Db } from './database.ts'

/** A label column of a dataset, by their keys. */
export interface LabelPlace {
  readonly dataset: number
  readonly field: number
}

export function findLabelBase(db: Db, dataset: number): BaseRef | null {
  const row = db.get<{ base: string }>('SELECT base FROM label_bases WHERE dataset = ?', dataset)
  return row === undefined ? null : BaseRef.parse(JSON.parse(row.base))
}

export function putLabelBase(db: Db, dataset: number, base: BaseRef): void {
  db.run('INSERT OR REPLACE INTO label_bases (dataset, base) VALUES (?, ?)', dataset, JSON.stringify(base))
}

/** An item drawn for the estimate; `suggested` null: it has no label yet. */
export interface DrawRow {
  readonly item: number
  readonly suggested: number | null
}

export function listDraws(db: Db, { dataset, field }: LabelPlace): DrawRow[] {
  const sql = 'SELECT item, suggested FROM label_draws WHERE dataset = ? AND field = ? ORDER BY item'
  return db.all<DrawRow>(sql, dataset, field)
}

/** Drawn items that wait for their label. */
export function openDraws(db: Db, place: LabelPlace): Set<number> {
  return new Set(listDraws(db, place).flatMap(({ item, suggested }) => (suggested === null ? [item] : [])))
}

export function insertDraws(db: Db, { dataset, field }: LabelPlace, items: readonly number[]): void {
  const sql = 'INSERT OR IGNORE INTO label_draws (dataset, field, item) VALUES (?, ?, ?)'
  db.transaction(() => items.forEach((item) => db.run(sql, dataset, field, item)))
}

export function setDraw(db: Db, { dataset, field }: LabelPlace, { item, suggested }: DrawRow): void {
  const sql = 'UPDATE label_draws SET suggested = ? WHERE dataset = ? AND field = ? AND item = ?'
  db.run(sql, suggested, dataset, field, item)
}

export function deleteDraw(db: Db, { dataset, field }: LabelPlace, item: number): void {
  db.run('DELETE FROM label_draws WHERE dataset = ? AND field = ? AND item = ?', dataset, field, item)
}

export interface MarkRow {
  readonly item: number
  readonly mark: LabelMark
  readonly value: number | null
}

export function listMarks(db: Db, { dataset, field }: LabelPlace): MarkRow[] {
  const sql = 'SELECT item, mark, value FROM label_marks WHERE dataset = ? AND field = ? ORDER BY item'
  return db.all<MarkRow>(sql, dataset, field)
}

export function putMark(db: Db, { dataset, field }: LabelPlace, { item, mark, value }: MarkRow): void {
  const sql = 'INSERT OR REPLACE INTO label_marks (dataset, field, item, mark, value) VALUES (?, ?, ?, ?, ?)'
  db.run(sql, dataset, field, item, mark, value)
}

/** False: there was none. */
export function deleteMark(db: Db, { dataset, field }: LabelPlace, item: number): boolean {
  const sql = 'DELETE FROM label_marks WHERE dataset = ? AND field = ? AND item = ?'
  return db.run(sql, dataset, field, item) > 0
}

/** Ids of the columns that have draws or marks. */
export function fieldsWithNotes(db: Db, dataset: number): number[] {
  const sql =
    'SELECT field FROM label_draws WHERE dataset = ? UNION SELECT field FROM label_marks WHERE dataset = ? ORDER BY 1'
  return db.rows<[number]>(sql, dataset, dataset).map(([field]) => field)
}

/** Of a column that is gone. */
export function deleteNotes(db: Db, { dataset, field }: LabelPlace): void {
  db.run('DELETE FROM label_draws WHERE dataset = ? AND field = ?', dataset, field)
  db.run('DELETE FROM label_marks WHERE dataset = ? AND field = ?', dataset, field)
}
