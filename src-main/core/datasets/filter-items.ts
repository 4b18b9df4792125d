import type { ItemFilter } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Db } from '../store/database.ts'
import { duplicateIds, searchItems } from '../store/items-repo.ts'
import { columnNamed, type DatasetState, SPLITS } from '../store/dataset-state.ts'
import { readTags, type TagReader } from '../store/tag-fields.ts'

/** Answers of so many filters are kept per version. */
const KEPT = 16

/** Ids of the items that a filter lets through, ascending. */
export function filterItems(db: Db, state: DatasetState, filter: ItemFilter): Int32Array {
  const key = JSON.stringify(filter)
  const known = state.filtered.get(key)
  if (known !== undefined) return known
  const ids = matching(db, state, filter)
  if (state.filtered.size >= KEPT) state.filtered.delete(state.filtered.keys().next().value as string)
  state.filtered.set(key, ids)
  return ids
}

function matching(db: Db, state: DatasetState, filter: ItemFilter): Int32Array {
  const tests: ((place: number) => boolean)[] = []
  if (filter.split !== undefined) {
    const split = SPLITS.indexOf(filter.split)
    tests.push((place) => state.split[place] === split)
  }
  if (filter.column !== undefined) tests.push(labelTest(state, filter.column, filter))
  const listed = candidates(db, state, filter)
  const passes = allOf(tests)
  if (listed !== null) return Int32Array.from(listed.filter((id) => passes(id - 1)))
  const found = new Int32Array(state.row.items)
  let count = 0
  for (let place = 0; place < found.length; place++) if (passes(place)) found[count++] = place + 1
  return found.slice(0, count)
}

function allOf(tests: readonly ((place: number) => boolean)[]): (place: number) => boolean {
  const [first, second] = tests
  if (first === undefined) return () => true
  return second === undefined ? first : (place) => first(place) && second(place)
}

/** What record searches and the caller narrow the items down to; null: nothing does. */
function candidates(db: Db, state: DatasetState, filter: ItemFilter): number[] | null {
  const { key, items } = state.row
  const lists: number[][] = []
  if (filter.ids !== undefined) {
    lists.push([...new Set(filter.ids)].filter((id) => id >= 1 && id <= items).sort((a, b) => a - b))
  }
  if (filter.search !== undefined && filter.search !== '') lists.push(searchItems(db, key, filter.search))
  if (filter.duplicates === true) lists.push(duplicateIds(db, key))
  const [first, ...others] = lists
  if (first === undefined) return null
  const sets = others.map((list) => new Set(list))
  return first.filter((id) => sets.every((set) => set.has(id)))
}

function labelTest(state: DatasetState, name: string, filter: ItemFilter): (place: number) => boolean {
  const column = columnNamed(state, name)
  if (column === null) {
    const available = state.row.labelColumns.map((entry) => entry.name).join(', ') || 'none'
    throw new GraftError('E_DATASET_LABEL', `Expected a label column. Received: ${name}. Available: ${available}.`, {
      fix: 'Choose one of them.',
    })
  }
  if (column.type === 'tags') return tagTest(readTags(state.labels, column), column.classes, filter)
  const { label } = filter
  if (label === undefined) return () => true
  const values = state.labels.get(column.id)
  if (label === null) return (place) => Number.isNaN(values?.[place] ?? Number.NaN)
  const wanted = column.type === 'regression' ? Number(label) : column.classes.indexOf(label)
  return values === undefined ? () => false : (place) => values[place] === wanted
}

function tagTest(
  tags: TagReader,
  names: readonly string[],
  { label, without, untagged }: ItemFilter,
): (place: number) => boolean {
  if (label === null) return (place) => !tags.isLabelled(place)
  const [wanted, unwanted] = [label, without].map((name) => (name === undefined ? null : names.indexOf(name)))
  return (place) => {
    if (wanted !== null && wanted !== undefined && (wanted < 0 || !tags.has(place, wanted))) return false
    if (unwanted !== null && unwanted !== undefined) {
      if (!tags.isLabelled(place) || (unwanted >= 0 && tags.has(place, unwanted))) return false
    }
    return untagged !== true || tags.at(place)?.length === 0
  }
}
