import type { Db } from './database.ts'
import type { SchemaState } from './changes-repo.ts'
import { asFloat64, asInt32 } from './values-repo.ts'

/** What a change was about, without its values. An undo or redo is about what its original was about. */
export interface ChangeOutline {
  readonly version: number
  readonly at: string
  readonly of: number | null
  readonly reverse: number
  readonly hasSchema: number
  /** Smallest and largest field that it wrote; null: it wrote no values. */
  readonly low: number | null
  readonly high: number | null
}

const ORIGINAL = 'JOIN changes o ON o.dataset = c.dataset AND o.version = coalesce(c.of, c.version)'

/** Oldest first, behind `after`. */
export function changeOutlines(db: Db, dataset: number, after: number, limit: number): ChangeOutline[] {
  return db.all(
    `SELECT c.version, c.at, c.of, c.reverse, o.schema IS NOT NULL AS hasSchema,
       min(v.field) AS low, max(v.field) AS high
     FROM changes c ${ORIGINAL} LEFT JOIN change_values v ON v.change = o.key
     WHERE c.dataset = ? AND c.version > ? GROUP BY c.version ORDER BY c.version LIMIT ?`,
    dataset,
    after,
    limit,
  )
}

export interface Effect {
  readonly field: number
  readonly ids: Int32Array
  readonly before: Float64Array
  readonly after: Float64Array
}

type RawEffect = readonly [number, number, Uint8Array, Uint8Array, Uint8Array]

/** What the changes `first` to `last` did, in their order; of an undo, what it did in effect. */
export function effectsOf(db: Db, dataset: number, first: number, last: number): Effect[] {
  const rows = db.rows<RawEffect>(
    `SELECT c.reverse, v.field, v.ids, v.before, v.after
     FROM changes c ${ORIGINAL} JOIN change_values v ON v.change = o.key
     WHERE c.dataset = ? AND c.version BETWEEN ? AND ? ORDER BY c.version, v.rowid`,
    dataset,
    first,
    last,
  )
  return rows.map(([reverse, field, ids, before, after]) => ({
    field,
    ids: asInt32(ids),
    before: asFloat64(reverse === 1 ? after : before),
    after: asFloat64(reverse === 1 ? before : after),
  }))
}

/** Columns and split plan after each change behind `version` that changed them, oldest first; `before` is how it was until then. */
export function schemaChanges(
  db: Db,
  dataset: number,
  version: number,
): { version: number; before: SchemaState; after: SchemaState }[] {
  const rows = db.all<{ version: number; reverse: number; schema: string }>(
    `SELECT c.version, c.reverse, o.schema FROM changes c ${ORIGINAL}
     WHERE c.dataset = ? AND c.version > ? AND o.schema IS NOT NULL ORDER BY c.version`,
    dataset,
    version,
  )
  return rows.map((row) => {
    const { before, after } = JSON.parse(row.schema) as { before: SchemaState; after: SchemaState }
    const isUndo = row.reverse === 1
    return { version: row.version, before: isUndo ? after : before, after: isUndo ? before : after }
  })
}

export interface ChangeLine {
  readonly version: number
  readonly at: string
  readonly change: string
  readonly of: number | null
  readonly items: number
  readonly name: string | null
}

/** Newest first. */
export function changeLines(
  db: Db,
  dataset: number,
  range: { first: number; last: number; offset: number; limit: number },
): ChangeLine[] {
  // The most that one field of it touched: labels and splits are never changed together for different items.
  return db.all(
    `SELECT c.version, c.at, c.change, c.of, n.name,
       (SELECT coalesce(max(length(v.ids) / 4), 0) FROM change_values v WHERE v.change = o.key) AS items
     FROM changes c ${ORIGINAL} LEFT JOIN version_names n ON n.dataset = c.dataset AND n.version = c.version
     WHERE c.dataset = ? AND c.version BETWEEN ? AND ? ORDER BY c.version DESC LIMIT ? OFFSET ?`,
    dataset,
    range.first,
    range.last,
    range.limit,
    range.offset,
  )
}
