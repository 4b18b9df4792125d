import type { Db } from './database.ts'

/** What never changes about an item. */
export interface ItemRow {
  readonly id: number
  readonly name: string
  /** Relative to the workspace, or absolute; null: packed. */
  readonly path: string | null
  readonly row: number | null
  readonly hash: string
  readonly width: number | null
  readonly height: number | null
  readonly channels: number | null
  readonly duplicateOf: number | null
  readonly thumbOffset: number | null
  readonly thumbLength: number | null
  /** JSON of a table row's feature values. */
  readonly values: string | null
}

const FIELDS =
  'id, name, path, row, hash, width, height, channels, duplicate_of AS duplicateOf, ' +
  'thumb_offset AS thumbOffset, thumb_length AS thumbLength, feature_values AS "values"'

export function insertItems(db: Db, dataset: number, items: readonly ItemRow[]): void {
  const sql =
    'INSERT INTO items (dataset, id, name, path, row, hash, width, height, channels, duplicate_of, thumb_offset, ' +
    'thumb_length, feature_values) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
  db.transaction(() => {
    for (const item of items) {
      db.run(
        sql,
        dataset,
        item.id,
        item.name,
        item.path,
        item.row,
        item.hash,
        item.width,
        item.height,
        item.channels,
        item.duplicateOf,
        item.thumbOffset,
        item.thumbLength,
        item.values,
      )
    }
  })
}

export function getItem(db: Db, dataset: number, id: number): ItemRow | undefined {
  return db.get<ItemRow>(`SELECT ${FIELDS} FROM items WHERE dataset = ? AND id = ?`, dataset, id)
}

/** Rows of the given ids, in their order; unknown ids are left out. */
export function getItems(db: Db, dataset: number, ids: readonly number[]): ItemRow[] {
  return ids.flatMap((id) => getItem(db, dataset, id) ?? [])
}

/** Items with ids from `from` to `to`. */
export function itemsBetween(db: Db, dataset: number, from: number, to: number): ItemRow[] {
  return db.all<ItemRow>(
    `SELECT ${FIELDS} FROM items WHERE dataset = ? AND id BETWEEN ? AND ? ORDER BY id`,
    dataset,
    from,
    to,
  )
}

export function allItems(db: Db, dataset: number): ItemRow[] {
  return db.all<ItemRow>(`SELECT ${FIELDS} FROM items WHERE dataset = ? ORDER BY id`, dataset)
}

/** [id, JSON of the feature values] of the items with ids from `from` to `to`. */
export function featureValues(db: Db, dataset: number, from: number, to: number): [number, string | null][] {
  const sql = 'SELECT id, feature_values FROM items WHERE dataset = ? AND id BETWEEN ? AND ?'
  return db.rows(sql, dataset, from, to)
}

/** [id, content hash] of the items with ids from `from` to `to`. */
export function contentHashes(db: Db, dataset: number, from: number, to: number): [number, string][] {
  return db.rows('SELECT id, hash FROM items WHERE dataset = ? AND id BETWEEN ? AND ?', dataset, from, to)
}

/** Content hashes by place (id - 1). */
export function itemHashes(db: Db, dataset: number): string[] {
  return db.rows<[string]>('SELECT hash FROM items WHERE dataset = ? ORDER BY id', dataset).map(([hash]) => hash)
}

export function searchItems(db: Db, dataset: number, text: string): number[] {
  const pattern = `%${text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
  return db
    .rows<[number]>("SELECT id FROM items WHERE dataset = ? AND name LIKE ? ESCAPE '\\' ORDER BY id", dataset, pattern)
    .map(([id]) => id)
}

/** Items with the same content as an earlier one, and that earlier one. */
export function duplicateIds(db: Db, dataset: number): number[] {
  return db
    .rows<[number]>(
      `SELECT id FROM items WHERE dataset = ? AND duplicate_of IS NOT NULL
       UNION SELECT duplicate_of FROM items WHERE dataset = ? AND duplicate_of IS NOT NULL ORDER BY 1`,
      dataset,
      dataset,
    )
    .map(([id]) => id)
}

/** Points each later copy at its first. Answers [copy, first] pairs. */
export function markDuplicates(db: Db, dataset: number): [number, number][] {
  const first = new Map<string, number>()
  const pairs: [number, number][] = []
  for (const [index, hash] of itemHashes(db, dataset).entries()) {
    const known = first.get(hash)
    if (known === undefined) first.set(hash, index + 1)
    else pairs.push([index + 1, known])
  }
  db.transaction(() => {
    for (const [copy, original] of pairs) {
      db.run('UPDATE items SET duplicate_of = ? WHERE dataset = ? AND id = ?', original, dataset, copy)
    }
  })
  return pairs
}

export function itemSizes(db: Db, dataset: number): { width: number; height: number; count: number }[] {
  return db.all(
    `SELECT width, height, count(*) AS count FROM items WHERE dataset = ? AND width IS NOT NULL AND height IS NOT NULL
     GROUP BY width, height ORDER BY count DESC, width, height LIMIT 200`,
    dataset,
  )
}

export function itemChannels(db: Db, dataset: number): { channels: number; count: number }[] {
  return db.all(
    'SELECT channels, count(*) AS count FROM items WHERE dataset = ? AND channels IS NOT NULL GROUP BY channels ORDER BY channels',
    dataset,
  )
}

export function countDuplicates(db: Db, dataset: number): number {
  const sql = 'SELECT count(*) AS count FROM items WHERE dataset = ? AND duplicate_of IS NOT NULL'
  return db.get<{ count: number }>(sql, dataset)?.count ?? 0
}
