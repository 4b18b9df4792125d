import { GraftError } from '../contract/errors.ts'
import type { Preprocessing } from '../contract/network.ts'

export type TablePreprocessing = Extract<Preprocessing, { kind: 'table' }>

/** One cell: a number or a category's name; null when it is missing or cannot be read as what the column is. */
export type ReadCell = (row: number) => number | string | null

/** How many inputs a row becomes. */
export function tableWidth({ columns }: TablePreprocessing): number {
  return columns.reduce((sum, column) => sum + (column.type === 'numeric' ? 1 : column.categories.length), 0)
}

/** Turns rows of a table into network inputs: numbers become (value - mean) / std with the train split's statistics (std 0
 *  counts as 1), categories one value each (one-hot). A missing number counts as the mean, a missing or unknown category as
 *  none. `cell` answers the reader of a column by name, or null when the table lacks it (E_PREDICT_INPUT). */
export function tableInputs(
  preprocessing: TablePreprocessing,
  cell: (column: string) => ReadCell | null,
): (row: number, out: Float32Array, offset: number) => void {
  const writers = preprocessing.columns.map((column) => {
    const read = cell(column.name)
    if (read === null) throw missingColumn(column.name, preprocessing)
    return column.type === 'numeric' ? numberWriter(column, read) : categoryWriter(column.categories, read)
  })
  return (row, out, offset) => {
    let at = offset
    for (const write of writers) at = write(row, out, at)
  }
}

type Write = (row: number, out: Float32Array, at: number) => number

/** The square of a larger number is infinite in 32 bits, and soon NaN. */
const LARGEST = 1e19

function numberWriter({ name, mean, std }: { name: string; mean: number; std: number }, read: ReadCell): Write {
  const scale = std > 0 ? std : 1
  return (row, out, at) => {
    const value = read(row)
    // In 64 bits: 1.7e12 and a second later are the same 32-bit number.
    const standardised = typeof value === 'number' && Number.isFinite(value) ? (value - mean) / scale : 0
    if (Math.abs(standardised) > LARGEST) throw tooLarge(name, row, value, scale)
    out[at] = standardised
    return at + 1
  }
}

function tooLarge(name: string, row: number, value: unknown, scale: number): GraftError {
  const message = `Expected numbers like those of training in ${name}, where they vary by ${scale}. Received: ${String(value)} in row ${row + 1}, which is beyond what a network can compute with.`
  return new GraftError('E_DATASET_UNUSABLE', message, { fix: 'Correct the cell, or leave it empty; import the table again to train on it.' }) // prettier-ignore
}

function categoryWriter(categories: readonly string[], read: ReadCell): Write {
  const places = new Map(categories.map((category, i) => [category, i]))
  return (row, out, at) => {
    out.fill(0, at, at + categories.length)
    const place = places.get(String(read(row)))
    if (place !== undefined) out[at + place] = 1
    return at + categories.length
  }
}

function missingColumn(name: string, { columns }: TablePreprocessing): GraftError {
  const names = columns.map((column) => column.name)
  const list = names.length > 20 ? `${names.slice(0, 20).join(', ')} ... (${names.length} in all)` : names.join(', ')
  return new GraftError('E_PREDICT_INPUT', `Expected a table with the columns ${list}. It has no column "${name}".`, {
    fix: 'Give the table the columns that the model was trained on; their order does not matter.',
  })
}
