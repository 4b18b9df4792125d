import type { Db } from './database.ts'

/** Items a chunk holds: 32 KiB of float64. */
export const CHUNK_ITEMS = 4096
/** The field that holds the split; the others are ids of label columns. */
export const SPLIT_FIELD = 0

/** All values of one field, by place (id - 1). NaN where nothing is stored. */
export function readValues(db: Db, dataset: number, field: number, items: number): Float64Array {
  const values = new Float64Array(items).fill(Number.NaN)
  const sql = 'SELECT chunk, data FROM item_values WHERE dataset = ? AND field = ?'
  for (const [chunk, data] of db.rows<[number, Uint8Array]>(sql, dataset, field)) {
    values.set(asFloat64(data), chunk * CHUNK_ITEMS)
  }
  return values
}

/** Stores the chunks that hold the given places; without places all of them. */
export function writeValues(
  db: Db,
  target: { dataset: number; field: number },
  values: Float64Array,
  places?: Iterable<number>,
): void {
  const chunks = new Set<number>()
  if (places === undefined) for (let chunk = 0; chunk * CHUNK_ITEMS < values.length; chunk++) chunks.add(chunk)
  else for (const place of places) chunks.add(Math.floor(place / CHUNK_ITEMS))
  const sql =
    'INSERT INTO item_values (dataset, field, chunk, data) VALUES (?, ?, ?, ?) ' +
    'ON CONFLICT (dataset, field, chunk) DO UPDATE SET data = excluded.data'
  for (const chunk of chunks) {
    const part = values.subarray(chunk * CHUNK_ITEMS, (chunk + 1) * CHUNK_ITEMS)
    db.run(sql, target.dataset, target.field, chunk, asBytes(part))
  }
}

export function asBytes(array: Float64Array | Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** SQLite hands out blobs at any address; typed arrays need an aligned copy. */
export function asFloat64(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer)
}

export function asInt32(bytes: Uint8Array): Int32Array {
  return new Int32Array(new Uint8Array(bytes).buffer)
}
