import { type LabelValue, Split } from '../../contract/datasets.ts'
import type { Db } from './database.ts'
import type { Delta } from './changes-repo.ts'
import type { DatasetRow, StoredColumn } from './datasets-repo.ts'
import { readValues, SPLIT_FIELD } from './values-repo.ts'
import type { ItemFacts } from './kept-facts.ts'
import { fieldsOf, readTags } from './tag-fields.ts'

export const SPLITS: readonly Split[] = Split.options

/** What can change about a dataset, in columns by place (item id - 1). */
export interface DatasetState {
  row: DatasetRow
  /** 0 train, 1 validation, 2 test. */
  readonly split: Float64Array
  /** By id of the label column: class index, number, or tags as bits (tag-fields.ts); NaN: none. */
  readonly labels: Map<number, Float64Array>
  readonly itemFacts: ItemFacts
  /** Answers of filters at this version. */
  readonly filtered: Map<string, Int32Array>
}

export function loadState(db: Db, row: DatasetRow): DatasetState {
  const read = (field: number): Float64Array => readValues(db, row.key, field, row.items)
  return {
    row,
    split: read(SPLIT_FIELD),
    labels: new Map(row.labelColumns.flatMap(fieldsOf).map((field) => [field, read(field)])),
    itemFacts: { features: [] },
    filtered: new Map(),
  }
}

/** A copy that can be led back to an older version. */
export function copyState(state: DatasetState): DatasetState {
  return {
    row: state.row,
    split: state.split.slice(),
    labels: new Map([...state.labels].map(([id, values]) => [id, values.slice()])),
    itemFacts: state.itemFacts,
    filtered: new Map(),
  }
}

export function valuesOf(state: DatasetState, field: number): Float64Array {
  if (field === SPLIT_FIELD) return state.split
  let values = state.labels.get(field)
  if (values === undefined) state.labels.set(field, (values = new Float64Array(state.row.items).fill(Number.NaN)))
  return values
}

/** Puts a change into effect in memory. */
export function applyDelta(state: DatasetState, delta: Delta): void {
  if (delta.schema !== null) {
    const { labelColumns, split } = delta.schema.after
    state.row = { ...state.row, labelColumns, split }
  }
  for (const { field, ids, after } of delta.values) {
    const values = valuesOf(state, field)
    for (let i = 0; i < ids.length; i++) values[(ids[i] as number) - 1] = after[i] as number
  }
  state.filtered.clear()
}

export function columnNamed(state: DatasetState, name: string): StoredColumn | null {
  return state.row.labelColumns.find((column) => column.name === name) ?? null
}

/** Labels of one column as people say them, by place. Tags are in the order of the column's. */
export function labelReader(
  labels: ReadonlyMap<number, Float64Array>,
  column: StoredColumn,
): (place: number) => LabelValue {
  if (column.type === 'tags') {
    const tags = readTags(labels, column)
    return (place) => tags.at(place)?.map((tag) => column.classes[tag]!) ?? null
  }
  const values = labels.get(column.id)
  return (place) => labelText(column, values?.[place])
}

/** One class or number as people say it; tags have a reader of their own. */
export function labelText(column: StoredColumn, value: number | undefined): string | number | null {
  if (value === undefined || Number.isNaN(value)) return null
  return column.type === 'regression' ? value : (column.classes[value] ?? null)
}
