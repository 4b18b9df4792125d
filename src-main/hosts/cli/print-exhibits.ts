import type { Exhibit, ExhibitOf } from '../../contract/exhibits.ts'
import { percent, printLine, printTable, seconds } from './print.ts'

/** Findings in words, with their tables; pictures and curves are for the window and for --json. */
export function printExhibits(exhibits: readonly Exhibit[]): void {
  for (const exhibit of exhibits) {
    printLine()
    printLine(`${exhibit.level === 'warn' ? 'Warning: ' : ''}${exhibit.title}. ${exhibit.words}`)
    if (exhibit.kind === 'table') printCells(exhibit)
    if (exhibit.kind === 'review') printSuggestions(exhibit)
  }
}

/** A terminal is no place for thousands of rows; --json has them all. */
const MOST_SUGGESTIONS = 100

function printSuggestions({ rows, column }: ExhibitOf<'review'>): void {
  const shown = rows.slice(0, MOST_SUGGESTIONS)
  printTable(
    ['item', 'name', column, 'confidence'],
    shown.map(({ itemId, name, suggested, confidence }) => [itemId, name, suggested, percent(confidence)]),
  )
  if (rows.length > shown.length) printLine(`... and ${rows.length - shown.length} more (--json lists all)`)
}

function printCells({ columns, rows }: ExhibitOf<'table'>): void {
  printTable(
    columns.map(({ label }) => label),
    rows.map((row) =>
      row.map((cell, i) => {
        if (typeof cell !== 'number') return cell
        if (columns[i]?.format === 'percent') return percent(cell) ?? cell
        return columns[i]?.format === 'seconds' ? seconds(cell) : Number(cell.toPrecision(5))
      }),
    ),
  )
}
