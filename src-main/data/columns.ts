import type { LabelType, SourceInspection } from '../contract/datasets.ts'
import { type DecimalMark, isBeyondNumbers, isMissing, isSheetError, parseNumber, unitOf } from './cells.ts'
import { decimalMarks } from './decimal-marks.ts'
import { typeOfName } from './image-type.ts'
import { splitOfName } from './plan-folder.ts'
import { tagList } from './tag-list.ts'
import type { TextTable } from './text-table.ts'

type Inspected = Omit<SourceInspection['columns'][number], 'labelType' | 'missingTexts'>

/** What the values of a column say about it. */
export interface ColumnFacts extends Inspected {
  readonly index: number
  /** Every number is whole. */
  readonly isInteger: boolean
  /** Some are written 007: codes, not quantities. */
  readonly hasLeadingZeros: boolean
  readonly decimal: DecimalMark
  /** Written so that the other decimal mark would give other numbers: 1,5 or 1,234. */
  readonly isMarked: boolean
  /** `%` or a currency that all its numbers carry; empty: none. */
  readonly unit: string
  /** How its cells without a value are written; empty cells not among them. */
  readonly missingTexts: readonly string[]
  /** Usual spellings of no value that are values here (None, NA). */
  readonly wordsKept: readonly string[]
  /** Every cell with a value is a JSON list of names. */
  readonly isList: boolean
  /** Holds train, validation and test. */
  readonly isSplit: boolean
  isMissing(text: string): boolean
}

/** Counting stops here. */
export const MAX_DISTINCT = 10_000
/** Text columns with more values than this are no classes. */
export const MAX_CATEGORIES = 1000
/** Whole numbers with more values than this are quantities, not classes. */
const MAX_NUMBERED_CLASSES = 20
/** A column of numbers may have a few values that are none. */
const MAX_BAD_SHARE = 0.05
/** Words for "no value" that are answers where a column's others are words (None, Mild, Severe). */
const NONE = /^none$/i
/** A code among codes of its length (EU, AS, NA). */
const NA = /^NA$/
const ID_NAME = /^(id|_id|index|idx|uuid|guid|row|row.?id|unnamed: 0|column 1|.*[_ ]id)$/i
const LABEL_NAME = /^(label|labels|class|classes|target|y|category|species|diagnosis|outcome|digit|type)$/i

/** Guesses each column's type from all its values. `missing`: what stands for no value, instead of the usual spellings. */
export function describeColumns(table: TextTable, missing?: readonly string[]): ColumnFacts[] {
  const marks = decimalMarks(table)
  return table.columns.map((name, index) =>
    describeColumn({ name, index, decimal: marks[index]! }, table.rows, missing),
  )
}

function describeColumn(
  { name, index, decimal }: Pick<ColumnFacts, 'name' | 'index' | 'decimal'>,
  rows: TextTable['rows'],
  missing: readonly string[] | undefined,
): ColumnFacts {
  const counts = countTexts(rows, index)
  const usual = missing === undefined ? isMissing : textsOf(missing)
  const found = sumUp(counts, decimal, usual)
  const isNumeric = found.isNumeric && found.units.size === 1
  const absent = isNumeric || missing !== undefined ? usual : missingWords(counts)
  const { values, present } = isNumeric ? found : sumUp(counts, decimal, absent)
  const texts = [...counts.keys()]
  const isUnique = values.length === rows.length && rows.length > 1
  const isId = isUnique && ID_NAME.test(name) && (!isNumeric || found.whole === present)
  const pathCells = countOf(counts, values, (text) => typeOfName(text) !== null)
  const isPath = !isNumeric && present > 0 && pathCells >= present * 0.8
  return {
    name,
    index,
    type: isPath ? 'path' : isId ? 'id' : isNumeric ? 'numeric' : 'categorical',
    distinct: Math.min(values.length, MAX_DISTINCT),
    missing: rows.length - (isNumeric ? found.numbers : present),
    examples: values.slice(0, 5).map((value) => value.slice(0, 100)),
    isInteger: isNumeric && found.whole >= found.numbers,
    hasLeadingZeros: isNumeric && values.some((text) => /^0\d+$/.test(text)),
    decimal,
    isMarked: isNumeric && values.some((text) => text.includes(',')),
    unit: isNumeric ? [...found.units].join('') : '',
    missingTexts: texts.filter((text) => text !== '' && absent(text)).slice(0, 20),
    wordsKept: missing === undefined ? texts.filter((text) => isMissing(text) && !absent(text)) : [],
    isList: values.length > 0 && values.every((text) => tagList(text) !== null),
    isSplit: values.length > 1 && values.every((text) => splitOfName(text) !== null),
    isMissing: absent,
  }
}

/** A cell without space around it, in the one Unicode form in which names of classes and folders are compared (NFC). */
export function cellText(row: readonly string[], index: number): string {
  return (row[index] ?? '').trim().normalize()
}

function countTexts(rows: TextTable['rows'], index: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const text = cellText(row, index)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

function sumUp(counts: ReadonlyMap<string, number>, decimal: DecimalMark, absent: (text: string) => boolean) {
  const values: string[] = []
  const units = new Set<string>()
  const sums = { present: 0, numbers: 0, whole: 0 }
  for (const [text, count] of counts) {
    if (absent(text) || isSheetError(text) || isBeyondNumbers(text)) continue
    values.push(text)
    sums.present += count
    const value = parseNumber(text, decimal)
    if (Number.isNaN(value)) continue
    units.add(unitOf(text))
    sums.numbers += count
    if (Number.isInteger(value)) sums.whole += count
  }
  // One odd cell makes no column of words, however short the table is.
  const odd = Math.max(sums.present < 5 ? 0 : 1, sums.present * MAX_BAD_SHARE)
  return { ...sums, values, units, isNumeric: sums.numbers >= sums.present - odd }
}

function countOf(
  counts: ReadonlyMap<string, number>,
  texts: readonly string[],
  fits: (text: string) => boolean,
): number {
  return texts.reduce((sum, text) => sum + (fits(text) ? counts.get(text)! : 0), 0)
}

/** What stands for no value in a column of words: the usual spellings, but for those that are of its other values' kind. */
function missingWords(counts: ReadonlyMap<string, number>): (text: string) => boolean {
  const others = [...counts.keys()].filter((text) => !isMissing(text) && !isSheetError(text))
  const areWords = others.length > 0 && others.every((text) => /^\p{L}/u.test(text))
  const areCodes = others.length > 0 && others.every((text) => /^[A-Z]{2}$/.test(text))
  return (text) => {
    const trimmed = text.trim()
    if ((areWords && NONE.test(trimmed)) || (areCodes && NA.test(trimmed))) return false
    return isMissing(trimmed) || isSheetError(trimmed)
  }
}

function textsOf(missing: readonly string[]): (text: string) => boolean {
  const texts = new Set(['', ...missing.map((text) => text.trim().normalize())])
  return (text) => texts.has(text.trim().normalize())
}

/** Classes, tags, or a quantity? */
export function labelTypeOf(column: ColumnFacts): LabelType {
  if (column.isList) return 'tags'
  if (column.type !== 'numeric' || column.hasLeadingZeros) return 'classification'
  return column.isInteger && column.distinct <= MAX_NUMBERED_CLASSES ? 'classification' : 'regression'
}

/** The label column of a table of features: the one with a telling name, else the last one that can be one. */
export function suggestTableLabels(columns: readonly ColumnFacts[]): string[] {
  const possible = columns.filter((column) => isPossibleLabel(column))
  const chosen = possible.find((column) => LABEL_NAME.test(column.name)) ?? possible.at(-1)
  return chosen === undefined ? [] : [chosen.name]
}

/** Label columns of a list of images: everything that is said about them and is not free text; telling names first. */
export function suggestImageLabels(columns: readonly ColumnFacts[], path: ColumnFacts, rows: number): string[] {
  const suggested = columns
    .filter((column) => column !== path && isPossibleLabel(column))
    .filter((column) => column.type === 'numeric' || column.isList || column.distinct <= Math.max(50, rows / 2))
    .map((column) => column.name)
  return suggested.sort((a, b) => Number(LABEL_NAME.test(b)) - Number(LABEL_NAME.test(a)))
}

function isPossibleLabel(column: ColumnFacts): boolean {
  if (column.type === 'id' || column.type === 'path' || column.isSplit || column.distinct < 1) return false
  return column.type === 'numeric' || column.isList || column.distinct <= MAX_CATEGORIES
}
