import { isMissing, parseNumber } from '../data/cells.ts'
import { decimalMarks } from '../data/decimal-marks.ts'
import type { TextTable } from '../data/text-table.ts'
import type { ReadCell, TablePreprocessing } from './table-inputs.ts'

type Column = TablePreprocessing['columns'][number]
type NumericColumn = Extract<Column, { type: 'numeric' }>
type CategoricalColumn = Extract<Column, { type: 'categorical' }>

/** Reads the cells of a table to predict as the import of the training table read its own. The reader of a number throws where
 *  there is none, unless the model met cells without a value in this column when it was trained. */
export function cellReaders(table: TextTable, { columns }: TablePreprocessing): (name: string) => ReadCell | null {
  const byName = new Map(columns.map((column) => [column.name, column]))
  const marks = decimalMarks(table, (name) => {
    const column = byName.get(name)
    return column?.type === 'numeric' ? column.decimal : undefined
  })
  return (name) => {
    const place = table.columns.indexOf(name)
    const column = byName.get(name)
    if (place < 0 || column === undefined) return null
    const textOf = (row: number): string => (table.rows[row]![place] ?? '').trim()
    if (column.type === 'categorical') {
      const spell = speller(column)
      return (row) => spell(textOf(row))
    }
    return (row) => {
      const text = textOf(row)
      if (isAbsent(text, column)) return null
      const value = parseNumber(text, marks[place]!)
      if (!Number.isNaN(value)) return value
      throw new Error(`expected a number in ${column.name}, received: ${JSON.stringify(text.slice(0, 50))}`)
    }
  }
}

/** Finds the model's own spelling of a category, which may be written in several Unicode forms; what it does not know stays as it is. */
function speller({ categories }: CategoricalColumn): (text: string) => string {
  const exact = new Set(categories)
  const byForm = new Map(categories.map((category) => [category.normalize('NFC'), category]))
  return (text) => (exact.has(text) ? text : (byForm.get(text.normalize('NFC')) ?? text))
}

/** Says of a row which categories the model has never met; null: it knows all of them. Cells without a value are no category. */
export function unknownCategories(
  { columns }: TablePreprocessing,
  readers: (name: string) => ReadCell | null,
): (row: number) => string | null {
  const checks = columns.flatMap((column) => {
    const read = column.type === 'categorical' ? readers(column.name) : null
    return column.type === 'categorical' && read !== null
      ? [{ name: column.name, known: new Set(column.categories), read }]
      : []
  })
  return (row) => {
    const unknown = checks.flatMap(({ name, known, read }) => {
      const text = String(read(row) ?? '')
      return known.has(text) || isMissing(text) ? [] : [`${name} ${JSON.stringify(text.slice(0, 50))}`]
    })
    return unknown.length === 0
      ? null
      : `The model has never met ${unknown.join(', ')}; it counts as no category at all.`
  }
}

function isAbsent(text: string, { name, missing }: NumericColumn): boolean {
  const is = missing?.texts.includes(text) || isMissing(text)
  if (is && missing?.cells === 0) {
    throw new Error(`expected a number in ${name}, received no value; the training table has one in every row`)
  }
  return is
}
