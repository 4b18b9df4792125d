import { MAX_TAGS } from '../../contract/datasets.ts'
import type { StoredColumn } from './datasets-repo.ts'

/** Tags that one stored value holds, a bit each: a float64 holds them exactly. */
const TAGS_PER_FIELD = 32

type Fields = Pick<StoredColumn, 'id' | 'more'>

/** The fields of a column's values: one, and of tags one more for every 32 of them. NaN in the first one: not labelled. In further ones NaN is
 *  no tag: an item that was labelled before a tag was added does not have it. */
export function fieldsOf({ id, more }: Fields): number[] {
  return [id, ...(more ?? [])]
}

/** How many fields so many tags need. */
export function fieldCount(tags: number): number {
  return Math.max(1, Math.ceil(tags / TAGS_PER_FIELD))
}

/** The value of each of `fields` fields for an item with these tags (indices of classes). */
export function packTags(tags: Iterable<number>, fields: number): number[] {
  const values = new Array<number>(fields).fill(0)
  for (const tag of tags) values[Math.floor(tag / TAGS_PER_FIELD)]! += 2 ** (tag % TAGS_PER_FIELD)
  return values
}

/** Reads the tags of one column by place. */
export interface TagReader {
  isLabelled(place: number): boolean
  has(place: number, tag: number): boolean
  /** Indices of its tags, ascending; null: not labelled. */
  at(place: number): number[] | null
}

export function readTags(labels: ReadonlyMap<number, Float64Array>, column: StoredColumn): TagReader {
  const fields = fieldsOf(column).map((id) => labels.get(id))
  const tags = Math.min(column.classes.length, MAX_TAGS)
  const isLabelled = (place: number): boolean => !Number.isNaN(fields[0]?.[place] ?? Number.NaN)
  // NaN and what is not there have no bits.
  const has = (place: number, tag: number): boolean =>
    (((fields[Math.floor(tag / TAGS_PER_FIELD)]?.[place] ?? 0) >>> (tag % TAGS_PER_FIELD)) & 1) === 1
  return {
    isLabelled,
    has,
    at(place) {
      if (!isLabelled(place)) return null
      const found: number[] = []
      for (let tag = 0; tag < tags; tag++) if (has(place, tag)) found.push(tag)
      return found
    },
  }
}
