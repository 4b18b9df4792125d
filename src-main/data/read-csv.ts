import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import { plural } from '../base/plural.ts'
import type { ImportProblem } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { type CsvText, openCsvText } from './csv-text.ts'
import { typeOfName } from './image-type.ts'
import { type FileBytes, withFileSafely } from './read-file-safely.ts'
import { columnNames, MAX_COLUMNS, type TextTable } from './text-table.ts'

const MAX_FILE_BYTES = 400_000_000
const MAX_RECORD_CHARACTERS = 10_000_000
const DELIMITERS = [',', ';', '\t', '|'] as const
const SEPARATOR_LINE = /^"?sep=(.)"?$/i
const FRACTION = /^\s*[+-]?\d*[.,]\d+\s*$/
const NUMBER = /^\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?\s*$/i

interface Limits {
  readonly signal?: AbortSignal | undefined
  readonly maxRows?: number | undefined
  /** Whether the first line names the columns; absent: guessed. */
  readonly header?: boolean | undefined
}

interface Record {
  readonly line: number
  readonly cells: readonly string[]
}

/** Reads CSV and TSV as programs write them: any of , ; tab |, quotes, a byte order mark, UTF-8, UTF-16 or Windows-1252, with
 *  or without a header line. Lines that do not fit are reported and left out.
 *  @throws GraftError E_SOURCE_FORMAT, E_SOURCE_EMPTY, E_SOURCE_PATH */
export async function readCsv(path: string, limits: Limits = {}): Promise<TextTable> {
  return withFileSafely(path, MAX_FILE_BYTES, (bytes) => readTable(bytes, basename(path), limits))
}

/** The same for bytes; `name` is for messages. */
export function parseCsv(bytes: Buffer, name: string, limits: Limits = {}): Promise<TextTable> {
  const read = (at: number, count: number): Buffer => bytes.subarray(at, at + count)
  return readTable({ size: bytes.length, read }, name, limits)
}

async function readTable(bytes: FileBytes, name: string, limits: Limits): Promise<TextTable> {
  const text = await openCsvText(bytes, name, limits.signal)
  const problems: ImportProblem[] = text.warning === null ? [] : [text.warning]
  const maxRecords = limits.maxRows === undefined ? Infinity : limits.maxRows + 1
  const delimiter = delimiterOf(text, name)
  const { records, isComplete } = await readRecords(text, delimiter, problems, maxRecords, limits.signal)
  const rest = withoutPreamble(records, delimiter, problems)
  const first = rest[0]
  if (first === undefined) {
    throw new GraftError('E_SOURCE_EMPTY', `Expected a table with rows. Received: ${name} holds none.`, {
      fix: 'Choose a file with a header line and at least one row.',
    })
  }
  const hasHeader = limits.header ?? looksLikeHeader(first.cells)
  if (!hasHeader && limits.header === undefined) problems.push(noHeader(first))
  const header = hasHeader ? first.cells : first.cells.map(() => '')
  const used = header.slice(0, MAX_COLUMNS)
  if (header.length > MAX_COLUMNS) problems.push(tooManyColumns(name, header.length))
  const rows: (readonly string[])[] = []
  const places: string[] = []
  const open: number[] = []
  for (const { line, cells } of hasHeader ? rest.slice(1) : rest) {
    const isOpen = cells.length === header.length + 1 && cells.at(-1) === ''
    if (isOpen) open.push(line)
    else if (cells.length !== header.length) {
      const message = `Expected ${plural(header.length, 'value')}, as in the first line. Received: ${cells.length}.`
      problems.push({ path: `line ${line}`, code: 'bad-row', message, level: 'error' })
      continue
    }
    rows.push(cells.length === used.length ? cells : cells.slice(0, used.length))
    places.push(`line ${line}`)
  }
  if (open.length > 0) problems.push(openLines(open))
  if (rows.length === 0 && rest.length > 1) throw noRow(name, first, rest[1]!)
  return { columns: columnNames(used), rows, places, problems, delimiter, hasHeader, isComplete }
}

/** Names may be whole numbers (years), but not all of them, and no name is a fraction or an image. */
function looksLikeHeader(cells: readonly string[]): boolean {
  const isData = (cell: string): boolean => FRACTION.test(cell) || typeOfName(cell.trim()) !== null
  return !cells.every((cell) => NUMBER.test(cell)) && !cells.some(isData)
}

async function readRecords(
  text: CsvText,
  delimiter: string,
  problems: ImportProblem[],
  maxRecords: number,
  signal: AbortSignal | undefined,
): Promise<{ records: Record[]; isComplete: boolean }> {
  const records: Record[] = []
  /** The last line of what was read or skipped. */
  let read = 0
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_record: (record: string[], { lines }) => {
      read = lines
      return record
    },
    on_skip: (error) => {
      if (error === undefined) return
      problems.push(skipped(error, read))
      read = error.lines as number
    },
  })
  const done = new Promise<void>((resolve, reject) => parser.once('end', resolve).once('error', reject))
  done.catch(() => undefined)
  parser.on('data', ({ record, info }: { record: string[]; info: { lines: number } }) => {
    if (records.length < maxRecords) records.push({ line: info.lines, cells: record })
  })
  try {
    for (const piece of text.pieces()) {
      if (records.length >= maxRecords) return { records, isComplete: false }
      parser.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      if (parser.errored !== null) break
    }
    parser.end()
    await done
  } catch (error) {
    if (error instanceof CsvError) problems.push(skipped(error, read))
    else throw error
  } finally {
    parser.destroy()
  }
  return { records, isComplete: true }
}

/** The one that a line `sep=;` names, else the one that splits the first line into most parts; quoted text does not count. */
function delimiterOf(text: CsvText, name: string): string {
  const [first] = text.pieces()
  const start = (first?.toString('utf8', 0, 65_536) ?? '').replace(/^\uFEFF/, '')
  const lines = start.split(/\r?\n|\r/).filter((candidate) => candidate.trim() !== '')
  const named = SEPARATOR_LINE.exec(lines[0] ?? '')?.[1]
  if (named !== undefined) return named
  const line = lines.find((candidate) => !candidate.startsWith('#')) ?? lines[0] ?? ''
  const bare = line.replace(/"[^"]*"/g, '')
  const preferred = /\.tsv$/i.test(name) ? '\t' : ','
  const counts = DELIMITERS.map((mark) => ({ mark, count: bare.split(mark).length * 2 + (mark === preferred ? 1 : 0) }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark
}

/** The table below a line `sep=;` and lines of comment: those begin with # and have not as many values as the table. */
function withoutPreamble(records: readonly Record[], delimiter: string, problems: ImportProblem[]): readonly Record[] {
  const start = SEPARATOR_LINE.test(records[0]?.cells.join(delimiter) ?? '') ? 1 : 0
  const width = records.slice(start).find(({ cells }) => !cells[0]!.startsWith('#'))?.cells.length
  let at = start
  while (records[at]?.cells[0]?.startsWith('#') && records[at]?.cells.length !== width) at++
  if (at > start) {
    const count = at - start === 1 ? 'The line is a comment' : `${at - start} lines are comments`
    const message = `${count} (#); left out.`
    problems.push({ path: `line ${records[start]!.line}`, code: 'bad-row', message, level: 'warning' })
  }
  return records.slice(at)
}

function openLines(lines: readonly number[]): ImportProblem {
  const count = lines.length === 1 ? 'The line ends' : `${lines.length} lines end`
  const message = `${count} in a separator with nothing behind it; it is passed over.`
  return { path: `line ${lines[0]}`, code: 'bad-row', message, level: 'warning' }
}

function noRow(name: string, first: Record, second: Record): GraftError {
  return new GraftError(
    'E_SOURCE_FORMAT',
    `Expected rows of ${plural(first.cells.length, 'value')} in ${name}, as in line ${first.line}. Received: ${second.cells.length} in line ${second.line}, and no line that fits.`,
    { fix: 'Give every row as many values as the first line, separated in the same way.' },
  )
}

/** `read`: the last line before it. What a quote swallowed counts as lost, from where it opened. */
function skipped(error: CsvError, read: number): ImportProblem {
  const last = typeof error.lines === 'number' ? error.lines : read + 1
  const first = Math.min(read + 1, last)
  const lines = first === last ? 'The line' : `The ${last - first + 1} lines up to line ${last}`
  const what =
    error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? `A quote (") opens and is never closed. ${lines} cannot be read and ${first === last ? 'is' : 'are'} lost`
      : `${lines} cannot be read: ${error.message.slice(0, 200)}`
  return { path: `line ${first}`, code: 'bad-row', message: `${what}.`, level: 'error' }
}

function noHeader({ line, cells }: Record): ImportProblem {
  const start = cells.slice(0, 3).join(', ').slice(0, 60)
  const message = `The first line holds values (${start}), no names: the columns are numbered, and it counts as a row.`
  return { path: `line ${line}`, code: 'bad-value', message, level: 'warning' }
}

function tooManyColumns(path: string, received: number): ImportProblem {
  const message = `Expected at most ${MAX_COLUMNS} columns. Received: ${received}; the rest is left out.`
  return { path, code: 'too-many-columns', message, level: 'warning' }
}
