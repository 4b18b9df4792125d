import { parseDecimal } from '../../base/parse-decimal.ts'
import { plural } from '../../base/plural.ts'
import type { Split, SplitPlan } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Delta, SchemaState, ValueDelta } from '../store/changes-repo.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { SPLIT_FIELD } from '../store/values-repo.ts'
import { columnNamed, type DatasetState, SPLITS, valuesOf } from '../store/dataset-state.ts'

/** What an edit comes to: its name in the history and its effect. null: nothing would change. */
export interface Edit {
  readonly change: string
  readonly delta: Delta
}

export function labelEdit(
  state: DatasetState,
  columnName: string,
  itemIds: readonly number[],
  value: string | number | null,
): Edit | null {
  const column = requireColumn(state, columnName)
  checkIds(state, itemIds)
  const { column: after, number } = toNumber(column, value)
  const values = valueDelta(state, column.id, itemIds, () => number)
  const schema = after === column ? null : schemaDelta(state, replaceColumn(state, after))
  if (values === null && schema === null) return null
  const what = value === null ? 'no label' : `"${value}"`
  return {
    change: `Set ${columnName} of ${plural(values?.ids.length ?? 0, 'item')} to ${what}`,
    delta: { schema, values: values === null ? [] : [values] },
  }
}

/** Labels of one column, a value for each group of items. An item that is named twice takes the last value. */
export function labelEachEdit(
  state: DatasetState,
  columnName: string,
  labels: readonly { readonly itemIds: readonly number[]; readonly value: string | number | null }[],
): Edit | null {
  const before = requireColumn(state, columnName)
  let column = before
  const numbers = new Map<number, number>()
  for (const { itemIds, value } of labels) {
    checkIds(state, itemIds)
    const { column: after, number } = toNumber(column, value)
    column = after
    for (const id of itemIds) numbers.set(id, number)
  }
  const values = valueDelta(state, column.id, [...numbers.keys()], (id) => numbers.get(id)!)
  const schema = column === before ? null : schemaDelta(state, replaceColumn(state, column))
  if (values === null && schema === null) return null
  return {
    change: `Set ${columnName} of ${plural(values?.ids.length ?? 0, 'item')}`,
    delta: { schema, values: values === null ? [] : [values] },
  }
}

export function moveEdit(state: DatasetState, itemIds: readonly number[], split: Split): Edit | null {
  checkIds(state, itemIds)
  const values = valueDelta(state, SPLIT_FIELD, itemIds, () => SPLITS.indexOf(split))
  if (values === null) return null
  return { change: `Move ${plural(values.ids.length, 'item')} to ${split}`, delta: { schema: null, values: [values] } }
}

/** A split for each group of items. An item that is named twice takes the last one. */
export function moveEachEdit(
  state: DatasetState,
  moves: readonly { readonly itemIds: readonly number[]; readonly split: Split }[],
): Edit | null {
  const splits = new Map<number, number>()
  for (const { itemIds, split } of moves) {
    checkIds(state, itemIds)
    for (const id of itemIds) splits.set(id, SPLITS.indexOf(split))
  }
  const values = valueDelta(state, SPLIT_FIELD, [...splits.keys()], (id) => splits.get(id)!)
  if (values === null) return null
  const counts = SPLITS.map((split, index) => ({ split, count: values.after.filter((one) => one === index).length }))
  const where = counts.filter(({ count }) => count > 0).map(({ split, count }) => `${count} to ${split}`) // prettier-ignore
  return {
    change: `Move ${plural(values.ids.length, 'item')}: ${where.join(', ')}`,
    delta: { schema: null, values: [values] },
  }
}

export function splitEdit(state: DatasetState, plan: SplitPlan, splits: readonly Split[]): Edit | null {
  const ids = Array.from(splits, (_split, place) => place + 1)
  const values = valueDelta(state, SPLIT_FIELD, ids, (id) => SPLITS.indexOf(splits[id - 1] ?? 'train'))
  const isSamePlan = JSON.stringify(plan) === JSON.stringify(state.row.split)
  if (values === null && isSamePlan) return null
  const percent = [plan.train, plan.validation, plan.test].map((share) => Math.round(share * 100)).join(' / ')
  const schema = schemaDelta(state, { labelColumns: state.row.labelColumns, split: plan })
  return { change: `Split anew (${percent}, seed ${plan.seed})`, delta: { schema, values: values ? [values] : [] } }
}

export function addColumnEdit(
  state: DatasetState,
  column: { name: string; type: StoredColumn['type']; classes: readonly string[] },
): Edit {
  const { labelColumns, featureColumns } = state.row
  if ([...labelColumns, ...featureColumns].some((known) => known.name === column.name)) {
    throw labelError(`a name that no column has. Received: ${column.name}`, 'Choose another name.')
  }
  if (new Set(column.classes.map((name) => name.normalize())).size !== column.classes.length) {
    throw labelError(
      `classes that differ from each other. Received: ${column.classes.join(', ')}`,
      'Remove the repeated ones.',
    )
  }
  const classes = column.type === 'classification' ? column.classes.map((name) => name.normalize()) : []
  const id = 1 + Math.max(SPLIT_FIELD, ...labelColumns.map((known) => known.id), ...state.labels.keys())
  const schema = schemaDelta(state, {
    labelColumns: [...labelColumns, { id, name: column.name, type: column.type, classes }],
    split: state.row.split,
  })
  return { change: `Add label column ${column.name}`, delta: { schema, values: [] } }
}

export function addClassEdit(state: DatasetState, columnName: string, name: string): Edit | null {
  const column = requireClasses(state, columnName)
  if (column.classes.some((known) => isAlike(known, name))) return null
  const classes = [...column.classes, name.normalize()]
  const schema = schemaDelta(state, replaceColumn(state, { ...column, classes }))
  return { change: `Add class ${name} to ${columnName}`, delta: { schema, values: [] } }
}

export function renameClassEdit(state: DatasetState, columnName: string, from: string, to: string): Edit | null {
  const column = requireClasses(state, columnName)
  if (!column.classes.includes(from)) {
    throw labelError(
      `a class of ${columnName} (${column.classes.join(', ')}). Received: ${from}`,
      'Choose one of them.',
    )
  }
  if (from === to) return null
  if (column.classes.some((known) => known !== from && isAlike(known, to))) {
    throw labelError(
      `a name that no class of ${columnName} has. Received: ${to}`,
      'To merge two classes, label the items of one as the other.',
    )
  }
  const classes = column.classes.map((name) => (name === from ? to.normalize() : name))
  const schema = schemaDelta(state, replaceColumn(state, { ...column, classes }))
  return { change: `Rename class ${from} to ${to}`, delta: { schema, values: [] } }
}

function requireColumn(state: DatasetState, name: string): StoredColumn {
  const column = columnNamed(state, name)
  if (column !== null) return column
  const available = state.row.labelColumns.map((entry) => entry.name).join(', ') || 'none'
  throw labelError(
    `a label column. Received: ${name}. Available: ${available}`,
    'Choose one of them, or add the column first.',
  )
}

function requireClasses(state: DatasetState, name: string): StoredColumn {
  const column = requireColumn(state, name)
  if (column.type === 'classification') return column
  throw labelError(`a classification column. Received: ${name}, which holds numbers`, 'Choose another column.')
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
function isAlike(a: string, b: string): boolean {
  return a.normalize() === b.normalize()
}

/** An unknown class is added behind the others, so that no index moves. */
function toNumber(column: StoredColumn, value: string | number | null): { column: StoredColumn; number: number } {
  if (value === null) return { column, number: Number.NaN }
  if (column.type === 'regression') {
    const number = typeof value === 'string' ? parseDecimal(value) : value
    if (Number.isFinite(number)) return { column, number }
    throw labelError(`a number for ${column.name}. Received: ${JSON.stringify(value)}`, 'Type a number.')
  }
  const name = String(value)
  if (name.trim() === '')
    throw labelError(
      `a class name for ${column.name}. Received: an empty text`,
      'Type a name, or null to take the label away.',
    )
  const index = column.classes.indexOf(name)
  const alike = index >= 0 ? index : column.classes.findIndex((known) => isAlike(known, name))
  if (alike >= 0) return { column, number: alike }
  return { column: { ...column, classes: [...column.classes, name.normalize()] }, number: column.classes.length }
}

/** Only what really changes; null: nothing does. */
function valueDelta(
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

function schemaDelta(state: DatasetState, after: SchemaState): NonNullable<Delta['schema']> {
  return { before: { labelColumns: state.row.labelColumns, split: state.row.split }, after }
}

function replaceColumn(state: DatasetState, column: StoredColumn): SchemaState {
  const labelColumns = state.row.labelColumns.map((known) => (known.id === column.id ? column : known))
  return { labelColumns, split: state.row.split }
}

function labelError(expected: string, fix: string): GraftError {
  return new GraftError('E_DATASET_LABEL', `Expected ${expected}.`, { fix })
}
