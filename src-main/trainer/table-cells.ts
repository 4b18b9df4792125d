import { isMissing, parseNumber } from '../data/cells.ts'
import { decimalMarks } from '../data/decimal-marks.ts'
import type { TextTable } from '../data/text-table.ts'
import type { ReadCell, TablePreprocessing } from './table-inputs.ts'

type NumericColumn = Extract<TablePreprocessing['columns'][number], { type: 'numeric' }>

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
    if (column.type === 'categorical') return textOf
    return (row) => {
      const text = textOf(row)
      if (isAbsent(text, column)) return null
      const value = parseNumber(text, marks[place]!)
      if (!Number.isNaN(value)) return value
      throw new Error(`expected a number in ${column.name}, received: ${JSON.stringify(text.slice(0, 50))}`)
    }
  }
}

function isAbsent(text: string, { name, missing }: NumericColumn): boolean {
  const is = missing?.texts.includes(text) || isMissing(text)
  if (is && missing?.cells === 0) {
    throw new Error(`expected a number in ${name}, received no value; the training table has one in every row`)
  }
  return is
}
