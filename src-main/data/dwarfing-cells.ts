import type { ImportProblem } from '../contract/datasets.ts'
import { parseNumber } from './cells.ts'
import type { ColumnFacts } from './columns.ts'
import type { TextTable } from './text-table.ts'

/** A cell this many spreads from the median dwarfs its column. In n rows its share of the standard deviation is its distance over root n:
 *  up to a million rows, all others then lie within a thousandth of a standard deviation of each other, and look alike to a network. */
const DWARFING = 1e6
/** Too few numbers have no spread to speak of. */
const FEWEST = 4

/** A warning for a column in which a number is out of all proportion to the others (1e30 among ages); null: none is. The spread is the
 *  interquartile range, which no such number moves; where half of the column is equal, the middle 90 %, else the median's own size. */
export function dwarfingCells(
  column: ColumnFacts,
  { rows, places }: Pick<TextTable, 'rows' | 'places'>,
): ImportProblem | null {
  const values = Float64Array.from(rows, (row) => {
    const text = row[column.index] ?? ''
    return column.isMissing(text) ? NaN : parseNumber(text, column.decimal)
  })
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  if (sorted.length < FEWEST) return null
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!
  const median = at(0.5)
  const spread = at(0.75) - at(0.25) || at(0.95) - at(0.05) || Math.abs(median)
  const found = [...values.keys()].filter((row) => Math.abs(values[row]! - median) > DWARFING * spread)
  if (spread === 0 || found.length === 0) return null
  const first = found[0]!
  const more = found.length === 1 ? '' : ` (and ${found.length - 1} more)`
  const size = (Math.abs(values[first]! - median) / spread).toExponential(0)
  const message = `Expected numbers of like size in ${column.name}. Received: ${rows[first]![column.index]!.trim().slice(0, 50)}${more}, ${size} times the spread of the column from its median ${median}. Numbers are standardised over their column: beside it the other rows look alike to a network. Correct the cell, or leave it empty.`
  return { path: places[first] ?? '', code: 'bad-value', message, level: 'warning' }
}
