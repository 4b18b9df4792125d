import type { TextTable } from '../../src-main/data/text-table.ts'

/** A table of text as a file with a header line would give it. */
export function tableOf(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: Partial<TextTable> = {},
): TextTable {
  const places = rows.map((_, i) => `line ${i + 2}`)
  return { columns, rows, places, problems: [], delimiter: ',', hasHeader: true, isComplete: true, ...more }
}

/** A table of one column. */
export function columnOf(name: string, texts: readonly string[], more: Partial<TextTable> = {}): TextTable {
  return tableOf(
    [name],
    texts.map((text) => [text]),
    more,
  )
}
