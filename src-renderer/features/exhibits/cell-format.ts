import type { ExhibitOf } from '@contract/exhibits.ts'
import { formatBytes, formatDuration, formatInteger, formatNumber, formatPercent } from '../../ui/format.ts'

type Table = ExhibitOf<'table'>
export type TableColumn = Table['columns'][number]
export type TableCell = Table['rows'][number][number]

export function formatCell(cell: TableCell, format: TableColumn['format']): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return cell
  switch (format) {
    case 'percent':
      return formatPercent(cell, 1)
    case 'seconds':
      return formatDuration(cell)
    case 'count':
      return formatInteger(cell)
    case 'bytes':
      return formatBytes(cell)
    default:
      return formatNumber(cell)
  }
}

/** Rows that hold the best value of a column; none where it says nothing of better, or where all are equal. */
export function bestRows(table: Pick<Table, 'rows'>, column: number, better: TableColumn['better']): Set<number> {
  const values = table.rows.map((row) => row[column])
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
  if (better === undefined || numbers.length < 2) return new Set()
  const best = better === 'higher' ? Math.max(...numbers) : Math.min(...numbers)
  if (numbers.every((value) => value === best)) return new Set()
  return new Set(values.flatMap((value, index) => (value === best ? [index] : [])))
}

/** Order of the rows by one column; text by its letters, empty cells last either way. */
export function sortedRows(table: Pick<Table, 'rows'>, column: number, descending: boolean): number[] {
  const cell = (index: number): TableCell => table.rows[index]?.[column] ?? null
  return table.rows
    .map((_row, index) => index)
    .sort((a, b) => {
      const [left, right] = [cell(a), cell(b)]
      if (left === null || right === null) return Number(left === null) - Number(right === null)
      const order =
        typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right))
      return descending ? -order : order
    })
}
