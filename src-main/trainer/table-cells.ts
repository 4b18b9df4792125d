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
    if (column.type === 'categorical') return (row) => knownSpelling(column, textOf(row))
    return (row) => {
      const text = textOf(row)
      if (isAbsent(text, column)) return null
      const value = parseNumber(text, marks[place]!)
      if (!Number.isNaN(value)) return value
      throw new Error(`expected a number in ${column.name}, received: ${JSON.stringify(text.slice(0, 50))}`)
    }
  }
}

/** The model's own spelling: one category may be written in several Unicode forms. */
function knownSpelling({ categories }: CategoricalColumn, text: string): string {
  if (categories.includes(text)) return text
  const form = text.normalize('NFC')
  return categories.find((category) => category.normalize('NFC') === form) ?? text
}

/** Says of a row which categories the model has never met; null: it knows all of them. Cells without a value are no category. */
export function unknownCategories(table: TextTable, preprocessing: TablePreprocessing): (row: number) => string | null {
  const readers = cellReaders(table, preprocessing)
  const columns = preprocessing.columns.flatMap((column) => {
    const read = column.type === 'categorical' ? readers(column.name) : null
    return column.type === 'categorical' && read !== null ? [{ ...column, read }] : []
  })
  return (row) => {
    const unknown = columns.flatMap(({ name, categories, read }) => {
      const text = String(read(row) ?? '')
      if (categories.includes(text) || isMissing(text)) return []
      return [`${name} ${JSON.stringify(text.slice(0, 50))}`]
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
