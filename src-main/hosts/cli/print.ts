/** Results on standard output: one JSON document with --json, otherwise text for people. Everything else goes to standard error. */

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/** A table with aligned columns; numbers to the right. */
export function printTable(headers: readonly string[], rows: readonly (readonly (string | number | null)[])[]): void {
  const cells = rows.map((row) => row.map((value) => (value === null ? '-' : String(value))))
  const widths = headers.map((header, i) => Math.max(header.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const right = headers.map((_, i) => rows.some((row) => typeof row[i] === 'number'))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  printLine(line(headers))
  for (const row of cells) printLine(line(row))
}

/** One line of progress on standard error, rewritten in place on a terminal, at most every two seconds elsewhere. */
export function progressLine(): (text: string) => void {
  const terminal = process.stderr.isTTY
  let last = ''
  let lastAt = 0
  return (text) => {
    if (text === last) return
    if (!terminal && Date.now() - lastAt < 2000) return
    last = text
    lastAt = Date.now()
    process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`)
  }
}

export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}

export function percent(value: number | undefined): string | null {
  return value === undefined ? null : `${(100 * value).toFixed(2)} %`
}

export function seconds(value: number): string {
  if (value < 90) return `${value.toFixed(1)} s`
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`
}
