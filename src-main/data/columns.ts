import type { SourceInspection } from '../contract/datasets.ts'
import { typeOfName } from './image-type.ts'
import { splitOfName } from './plan-folder.ts'
import type { TextTable } from './text-table.ts'

type Inspected = SourceInspection['columns'][number]

/** What the values of a column say about it. */
export interface ColumnFacts extends Inspected {
  readonly index: number
  /** Every number is whole. */
  readonly isInteger: boolean
  /** Numbers are written 3,14. */
  readonly hasDecimalComma: boolean
  /** Holds train, validation and test. */
  readonly isSplit: boolean
}

/** Counting stops here. */
export const MAX_DISTINCT = 10_000
/** Text columns with more values than this are no classes. */
export const MAX_CATEGORIES = 1000
/** Whole numbers with more values than this are quantities, not classes. */
const MAX_NUMBERED_CLASSES = 20
/** A column of numbers may have a few values that are none. */
const MAX_BAD_SHARE = 0.05
const MISSING = /^(|na|n\/a|nan|null|none|nil|\?|-)$/i
const POINT = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const COMMA = /^[+-]?(\d+,\d+|\d+)$/
const ID_NAME = /^(id|_id|index|idx|uuid|guid|row|row.?id|unnamed: 0|column 1|.*[_ ]id)$/i
const LABEL_NAME = /^(label|labels|class|classes|target|y|category|species|diagnosis|outcome|digit|type)$/i

export function isMissing(text: string): boolean {
  return MISSING.test(text.trim())
}

/** NaN for what is no finite number. */
export function parseNumber(text: string, hasDecimalComma: boolean): number {
  const trimmed = text.trim()
  if (POINT.test(trimmed)) return finite(Number(trimmed))
  return hasDecimalComma && COMMA.test(trimmed) ? finite(Number(trimmed.replace(',', '.'))) : Number.NaN
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}

/** Guesses each column's type from all its values. */
export function describeColumns(table: TextTable): ColumnFacts[] {
  return table.columns.map((name, index) => describeColumn(name, index, table.rows))
}

function describeColumn(name: string, index: number, rows: TextTable['rows']): ColumnFacts {
  const values = new Set<string>()
  const counts = { missing: 0, point: 0, comma: 0, whole: 0, path: 0, splits: 0 }
  for (const row of rows) {
    const text = (row[index] ?? '').trim()
    if (isMissing(text)) {
      counts.missing++
      continue
    }
    if (values.size < MAX_DISTINCT) values.add(text)
    if (POINT.test(text)) counts.point++
    if (COMMA.test(text)) counts.comma++
    if (Number.isInteger(Number(text))) counts.whole++
    if (typeOfName(text) !== null) counts.path++
    if (splitOfName(text) !== null) counts.splits++
  }
  const present = rows.length - counts.missing
  const enough = (count: number): boolean => present > 0 && count >= present * (1 - (present < 20 ? 0 : MAX_BAD_SHARE))
  const isPoint = enough(counts.point)
  const isNumeric = isPoint || enough(counts.comma)
  const isUnique = values.size === rows.length && rows.length > 1
  const isId = isUnique && ID_NAME.test(name) && (!isNumeric || counts.whole === present)
  const isPath = !isNumeric && present > 0 && counts.path >= present * 0.8
  return {
    name,
    index,
    type: isPath ? 'path' : isId ? 'id' : isNumeric ? 'numeric' : 'categorical',
    distinct: values.size,
    missing: counts.missing,
    examples: [...values].slice(0, 5).map((value) => value.slice(0, 100)),
    isInteger: isNumeric && isPoint && counts.whole >= counts.point,
    hasDecimalComma: isNumeric && !isPoint,
    isSplit: !isNumeric && present > 0 && counts.splits === present && values.size > 1,
  }
}

/** Classes, or a quantity? */
export function labelTypeOf(column: ColumnFacts): 'classification' | 'regression' {
  if (column.type !== 'numeric') return 'classification'
  return column.isInteger && column.distinct <= MAX_NUMBERED_CLASSES ? 'classification' : 'regression'
}

/** The label column of a table of features: the one with a telling name, else the last one that can be one. */
export function suggestTableLabels(columns: readonly ColumnFacts[]): string[] {
  const possible = columns.filter((column) => isPossibleLabel(column))
  const chosen = possible.find((column) => LABEL_NAME.test(column.name)) ?? possible.at(-1)
  return chosen === undefined ? [] : [chosen.name]
}

/** Label columns of a list of images: everything that is said about them and is not free text. */
export function suggestImageLabels(columns: readonly ColumnFacts[], path: ColumnFacts, rows: number): string[] {
  return columns
    .filter((column) => column !== path && column.type !== 'path' && isPossibleLabel(column))
    .filter((column) => column.type === 'numeric' || column.distinct <= Math.max(50, rows / 2))
    .map((column) => column.name)
}

function isPossibleLabel(column: ColumnFacts): boolean {
  if (column.type === 'id' || column.type === 'path' || column.isSplit || column.distinct < 1) return false
  return column.type === 'numeric' || column.distinct <= MAX_CATEGORIES
}
