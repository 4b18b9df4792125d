import type { SplitPlan } from '../../contract/datasets.ts'
import type { Db } from './database.ts'
import type { StoredColumn } from './datasets-repo.ts'
import { asBytes, asFloat64, asInt32 } from './values-repo.ts'

export interface SchemaState {
  readonly labelColumns: readonly StoredColumn[]
  readonly split: SplitPlan
}

/** New values of one field, with the old ones, so that it can be taken back. */
export interface ValueDelta {
  readonly field: number
  readonly ids: Int32Array
  readonly before: Float64Array
  readonly after: Float64Array
}

export interface Delta {
  readonly schema: { readonly before: SchemaState; readonly after: SchemaState } | null
  readonly values: readonly ValueDelta[]
}

export interface ChangeRow {
  readonly key: number
  readonly version: number
  readonly at: string
  readonly change: string
  readonly of: number | null
  readonly reverse: number
  readonly schema: string | null
}

export type NewChange = Pick<ChangeRow, 'version' | 'at' | 'change'> & {
  /** Of an undo or redo: the change that it takes back or repeats. */
  readonly of?: { readonly version: number; readonly reverse: boolean }
  readonly delta?: Delta
}

export function insertChange(db: Db, dataset: number, change: NewChange): void {
  const key = db.insert(
    'INSERT INTO changes (dataset, version, at, change, of, reverse, schema) VALUES (?, ?, ?, ?, ?, ?, ?)',
    dataset,
    change.version,
    change.at,
    change.change,
    change.of?.version ?? null,
    change.of?.reverse === true ? 1 : 0,
    change.delta?.schema ? JSON.stringify(change.delta.schema) : null,
  )
  for (const delta of change.delta?.values ?? []) {
    db.run(
      'INSERT INTO change_values (change, field, ids, before, after) VALUES (?, ?, ?, ?, ?)',
      key,
      delta.field,
      asBytes(delta.ids),
      asBytes(delta.before),
      asBytes(delta.after),
    )
  }
}

export function listChanges(db: Db, dataset: number): ChangeRow[] {
  return db.all<ChangeRow>(
    'SELECT key, version, at, change, of, reverse, schema FROM changes WHERE dataset = ? ORDER BY version',
    dataset,
  )
}

export function getChange(db: Db, dataset: number, version: number): ChangeRow | undefined {
  return db.get<ChangeRow>(
    'SELECT key, version, at, change, of, reverse, schema FROM changes WHERE dataset = ? AND version = ?',
    dataset,
    version,
  )
}

/** What a change did; of an undo, what it did in effect (before and after swapped). */
export function readDelta(db: Db, dataset: number, change: ChangeRow): Delta {
  const original = change.of === null ? change : getChange(db, dataset, change.of)
  if (original === undefined) throw new Error(`version ${change.version} refers to the missing version ${change.of}`)
  const rows = db.all<{ field: number; ids: Uint8Array; before: Uint8Array; after: Uint8Array }>(
    'SELECT field, ids, before, after FROM change_values WHERE change = ? ORDER BY rowid',
    original.key,
  )
  const delta: Delta = {
    schema: original.schema === null ? null : (JSON.parse(original.schema) as Delta['schema']),
    values: rows.map((row) => ({
      field: row.field,
      ids: asInt32(row.ids),
      before: asFloat64(row.before),
      after: asFloat64(row.after),
    })),
  }
  return change.reverse === 1 ? reverseDelta(delta) : delta
}

export function reverseDelta(delta: Delta): Delta {
  const values = delta.values.map((value) => ({ ...value, before: value.after, after: value.before }))
  return {
    schema: delta.schema === null ? null : { before: delta.schema.after, after: delta.schema.before },
    values: values.reverse(),
  }
}

/** Which stack of versions: what can be undone, what can be redone. */
export type UndoSide = 'undo' | 'redo'
const SIDES = { undo: 0, redo: 1 } as const

export function pushVersion(db: Db, dataset: number, side: UndoSide, version: number): void {
  db.run(
    `INSERT INTO undo_stack (dataset, side, position, version)
     SELECT ?, ?, coalesce(max(position), 0) + 1, ? FROM undo_stack WHERE dataset = ? AND side = ?`,
    dataset,
    SIDES[side],
    version,
    dataset,
    SIDES[side],
  )
}

export function topVersion(db: Db, dataset: number, side: UndoSide): number | null {
  const sql = 'SELECT version FROM undo_stack WHERE dataset = ? AND side = ? ORDER BY position DESC LIMIT 1'
  return db.get<{ version: number }>(sql, dataset, SIDES[side])?.version ?? null
}

export function popVersion(db: Db, dataset: number, side: UndoSide): void {
  db.run(
    `DELETE FROM undo_stack WHERE dataset = ? AND side = ?
     AND position = (SELECT max(position) FROM undo_stack WHERE dataset = ? AND side = ?)`,
    dataset,
    SIDES[side],
    dataset,
    SIDES[side],
  )
}

export function clearVersions(db: Db, dataset: number, side: UndoSide): void {
  db.run('DELETE FROM undo_stack WHERE dataset = ? AND side = ?', dataset, SIDES[side])
}
