import { plural } from '../../base/plural.ts'
import { type LabelValue, MAX_TAGS } from '../../contract/datasets.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { fieldCount, fieldsOf, packTags, readTags } from '../store/tag-fields.ts'
import {
  checkIds,
  type Edit,
  freeFields,
  isAlike,
  labelError,
  replaceColumn,
  requireColumn,
  schemaDelta,
  valueDelta,
} from './edit-parts.ts'

/** Sets the tags of items; null takes the label away. Unknown tags are added. The edit is still without its name; with it, how many items it
 *  changes. */
export function setTagsEdit(
  state: DatasetState,
  before: StoredColumn,
  labels: readonly { readonly itemIds: readonly number[]; readonly value: LabelValue }[],
): [Pick<Edit, 'delta'> | null, number] {
  let classes: readonly string[] = before.classes
  const tagsOf = new Map<number, readonly number[] | null>()
  for (const { itemIds, value } of labels) {
    if (value !== null && !Array.isArray(value)) {
      const received = JSON.stringify(value)
      throw labelError(
        `a list of tags for ${before.name}, or null. Received: ${received}`,
        'Give a list, e.g. ["dog"].',
      )
    }
    const indices = value?.map((name) => {
      const [index, after] = placeOfTag(classes, name, before.name)
      classes = after
      return index
    })
    for (const id of itemIds) tagsOf.set(id, indices === undefined ? null : [...new Set(indices)])
  }
  return tagsDelta(state, { before, after: widened(state, before, classes) }, tagsOf)
}

/** Gives items a tag, or takes it from them. Without `on`: takes it where all of them have it, else gives it. */
export function toggleTagEdit(
  state: DatasetState,
  {
    column: name,
    itemIds,
    tag,
    on,
  }: { column: string; itemIds: readonly number[]; tag: string; on?: boolean | undefined },
): Edit | null {
  const before = requireColumn(state, name)
  if (before.type !== 'tags') {
    throw labelError(`a column of tags. Received: ${name}, which is none`, 'Choose another column, or set its label.')
  }
  checkIds(state, itemIds)
  const [index, classes] = placeOfTag(before.classes, tag, name)
  const tags = readTags(state.labels, before)
  const gives = on ?? !itemIds.every((id) => tags.has(id - 1, index))
  if (!gives && classes !== before.classes) return null
  const tagsOf = new Map<number, number[]>()
  for (const id of new Set(itemIds)) {
    const own = tags.at(id - 1)
    if (gives) tagsOf.set(id, [...new Set([...(own ?? []), index])])
    else if (own !== null) tagsOf.set(id, own.filter((one) => one !== index)) // prettier-ignore
  }
  const [edit, count] = tagsDelta(state, { before, after: widened(state, before, classes) }, tagsOf)
  if (edit === null) return null
  const what = gives
    ? `Give ${plural(count, 'item')} the tag "${tag}"`
    : `Take the tag "${tag}" from ${plural(count, 'item')}`
  return { ...edit, change: `${what} (${name})` }
}

/** The column with these classes, and as many fields as they need. */
export function widened(state: DatasetState, column: StoredColumn, classes: readonly string[]): StoredColumn {
  if (classes === column.classes) return column
  if (classes.length > MAX_TAGS) {
    throw labelError(`at most ${MAX_TAGS} tags in ${column.name}. Received: ${classes.length}`, 'Use fewer tags.')
  }
  const missing = fieldCount(classes.length) - fieldsOf(column).length
  const more = [...(column.more ?? []), ...freeFields(state, Math.max(0, missing))]
  return { ...column, classes: [...classes], ...(more.length > 0 ? { more } : {}) }
}

/** A tag's index, and the classes with it. */
function placeOfTag(classes: readonly string[], given: string, column: string): [number, readonly string[]] {
  const name = given.trim().normalize()
  if (name === '') throw labelError(`a name for a tag of ${column}. Received: an empty text`, 'Type a name.')
  const index = classes.findIndex((known) => isAlike(known, name))
  return index >= 0 ? [index, classes] : [classes.length, [...classes, name]]
}

function tagsDelta(
  state: DatasetState,
  { before, after }: { readonly before: StoredColumn; readonly after: StoredColumn },
  tagsOf: ReadonlyMap<number, readonly number[] | null>,
): [Pick<Edit, 'delta'> | null, number] {
  const fields = fieldsOf(after)
  const ids = [...tagsOf.keys()]
  const packed = new Map(
    ids.map((id) => {
      const tags = tagsOf.get(id) ?? null
      return [id, tags === null ? fields.map(() => Number.NaN) : packTags(tags, fields.length)] as const
    }),
  )
  const values = fields.flatMap((field, f) => valueDelta(state, field, ids, (id) => packed.get(id)![f]!) ?? [])
  const schema = after === before ? null : schemaDelta(state, replaceColumn(state, after))
  if (values.length === 0 && schema === null) return [null, 0]
  return [{ delta: { schema, values } }, new Set(values.flatMap((value) => [...value.ids])).size]
}
