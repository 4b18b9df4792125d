import { parseDecimal } from '../../base/parse-decimal.ts'
import { plural } from '../../base/plural.ts'
import type { LabelValue, Split, SplitPlan } from '../../contract/datasets.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { SPLIT_FIELD } from '../store/values-repo.ts'
import { type DatasetState, SPLITS } from '../store/dataset-state.ts'
import { fieldCount } from '../store/tag-fields.ts'
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
import { setTagsEdit, widened } from './edit-tags.ts'

export function labelEdit(
  state: DatasetState,
  columnName: string,
  itemIds: readonly number[],
  value: LabelValue,
): Edit | null {
  const column = requireColumn(state, columnName)
  const [edit, count] = setLabels(state, column, [{ itemIds, value }])
  if (edit === null) return null
  const what = value === null ? 'no label' : wordsOf(value)
  return { ...edit, change: `Set ${columnName} of ${plural(count, 'item')} to ${what}` }
}

/** Labels of one column, a value for each group of items. An item that is named twice takes the last value. */
export function labelEachEdit(state: DatasetState, columnName: string, labels: readonly ItemLabels[]): Edit | null {
  const [edit, count] = setLabels(state, requireColumn(state, columnName), labels)
  return edit === null ? null : { ...edit, change: `Set ${columnName} of ${plural(count, 'item')}` }
}

interface ItemLabels {
  readonly itemIds: readonly number[]
  readonly value: LabelValue
}

function wordsOf(value: Exclude<LabelValue, null>): string {
  if (!Array.isArray(value)) return `"${value}"`
  return value.length === 0 ? 'no tag' : value.map((name) => `"${name}"`).join(', ')
}

/** The edit, still without its name, and how many items it changes. */
function setLabels(
  state: DatasetState,
  before: StoredColumn,
  labels: readonly ItemLabels[],
): [Pick<Edit, 'delta'> | null, number] {
  for (const { itemIds } of labels) checkIds(state, itemIds)
  if (before.type === 'tags') return setTagsEdit(state, before, labels)
  let column = before
  const numbers = new Map<number, number>()
  for (const { itemIds, value } of labels) {
    const { column: after, number } = toNumber(column, value)
    column = after
    for (const id of itemIds) numbers.set(id, number)
  }
  const values = valueDelta(state, column.id, [...numbers.keys()], (id) => numbers.get(id)!)
  const schema = column === before ? null : schemaDelta(state, replaceColumn(state, column))
  if (values === null && schema === null) return [null, 0]
  return [{ delta: { schema, values: values === null ? [] : [values] } }, values?.ids.length ?? 0]
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
  const classes = column.type === 'regression' ? [] : column.classes.map((name) => name.normalize())
  const [id, ...more] = freeFields(state, column.type === 'tags' ? fieldCount(classes.length) : 1)
  const fields = more.length > 0 ? { id: id!, more } : { id: id! }
  const schema = schemaDelta(state, {
    labelColumns: [...labelColumns, { ...fields, name: column.name, type: column.type, classes }],
    split: state.row.split,
  })
  return { change: `Add label column ${column.name}`, delta: { schema, values: [] } }
}

export function addClassEdit(state: DatasetState, columnName: string, name: string): Edit | null {
  const column = requireClasses(state, columnName)
  if (column.classes.some((known) => isAlike(known, name))) return null
  const classes = [...column.classes, name.normalize()]
  const after = column.type === 'tags' ? widened(state, column, classes) : { ...column, classes }
  const schema = schemaDelta(state, replaceColumn(state, after))
  return {
    change: `Add ${column.type === 'tags' ? 'tag' : 'class'} ${name} to ${columnName}`,
    delta: { schema, values: [] },
  }
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

function requireClasses(state: DatasetState, name: string): StoredColumn {
  const column = requireColumn(state, name)
  if (column.type !== 'regression') return column
  throw labelError(`a column of classes or tags. Received: ${name}, which holds numbers`, 'Choose another column.')
}

/** An unknown class is added behind the others, so that no index moves. */
function toNumber(column: StoredColumn, value: LabelValue): { column: StoredColumn; number: number } {
  if (value === null) return { column, number: Number.NaN }
  if (Array.isArray(value))
    throw labelError(`one value for ${column.name}. Received: a list of tags`, 'Choose a column of tags, or one value.')
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
