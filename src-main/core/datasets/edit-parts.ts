import { GraftError } from '../../contract/errors.ts'
import type { Delta, SchemaState, ValueDelta } from '../store/changes-repo.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { columnNamed, type DatasetState, valuesOf } from '../store/dataset-state.ts'
import { fieldsOf } from '../store/tag-fields.ts'
import { SPLIT_FIELD } from '../store/values-repo.ts'

/** What an edit comes to: its name in the history and its effect. null: nothing would change. */
export interface Edit {
  readonly change: string
  readonly delta: Delta
}

export function requireColumn(state: DatasetState, name: string): StoredColumn {
  const column = columnNamed(state, name)
  if (column !== null) return column
  const available = state.row.labelColumns.map((entry) => entry.name).join(', ') || 'none'
  throw labelError(
    `a label column. Received: ${name}. Available: ${available}`,
    'Choose one of them, or add the column first.',
  )
}

/** @throws GraftError E_NOT_FOUND for an item that the dataset has not */
export function checkIds(state: DatasetState, ids: readonly number[]): void {
  const wrong = ids.find((id) => id < 1 || id > state.row.items)
  if (wrong === undefined) return
  throw new GraftError(
    'E_NOT_FOUND',
    `Expected items of "${state.row.name}" (ids 1 to ${state.row.items}). Received: ${wrong}.`,
    {
      fix: 'Fetch the items again: the list may be of another dataset.',
    },
  )
}

/** But for the Unicode form, in which no eye tells two names apart. */
export function isAlike(a: string, b: string): boolean {
  return a.normalize() === b.normalize()
}

/** Only what really changes; null: nothing does. */
export function valueDelta(
  state: DatasetState,
  field: number,
  itemIds: readonly number[],
  valueOf: (id: number) => number,
): ValueDelta | null {
  const values = valuesOf(state, field)
  const ids = Int32Array.from(new Set(itemIds)).filter((id) => !Object.is(values[id - 1], valueOf(id)))
  if (ids.length === 0) return null
  return {
    field,
    ids,
    before: Float64Array.from(ids, (id) => values[id - 1] ?? Number.NaN),
    after: Float64Array.from(ids, valueOf),
  }
}

export function schemaDelta(state: DatasetState, after: SchemaState): NonNullable<Delta['schema']> {
  return { before: { labelColumns: state.row.labelColumns, split: state.row.split }, after }
}

export function replaceColumn(state: DatasetState, column: StoredColumn): SchemaState {
  const labelColumns = state.row.labelColumns.map((known) => (known.id === column.id ? column : known))
  return { labelColumns, split: state.row.split }
}

export function labelError(expected: string, fix: string): GraftError {
  return new GraftError('E_DATASET_LABEL', `Expected ${expected}.`, { fix })
}

/** Names of values that no column has, nor had. */
export function freeFields({ row, labels }: DatasetState, count: number): number[] {
  const taken = Math.max(SPLIT_FIELD, ...row.labelColumns.flatMap(fieldsOf), ...labels.keys())
  return Array.from({ length: count }, (_, i) => taken + 1 + i)
}
