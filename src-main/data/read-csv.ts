import { isUtf8 } from 'node:buffer'
import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import type { ImportProblem } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { typeOfName } from './image-type.ts'
import { readFileSafely } from './read-file-safely.ts'
import { columnNames, MAX_COLUMNS, type TextTable } from './text-table.ts'

const MAX_FILE_BYTES = 400_000_000
const MAX_RECORD_CHARACTERS = 10_000_000
const PIECE_BYTES = 1 << 18
const DELIMITERS = [',', ';', '\t', '|'] as const
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
  const bytes = readFileSafely(path, MAX_FILE_BYTES)
  return parseCsv(bytes, basename(path), limits)
}

/** The same for bytes; `name` is for messages. */
export async function parseCsv(bytes: Buffer, name: string, limits: Limits = {}): Promise<TextTable> {
  const { text, warning } = decodable(bytes, name)
  const problems: ImportProblem[] = warning === null ? [] : [warning]
  const maxRecords = limits.maxRows === undefined ? Infinity : limits.maxRows + 1
  const delimiter = delimiterOf(text, name)
  const { records, isComplete } = await readRecords(text, delimiter, problems, maxRecords, limits.signal)
  const first = records[0]
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
  for (const { line, cells } of hasHeader ? records.slice(1) : records) {
    if (cells.length !== header.length) {
      const message = `Expected ${header.length} values, as in the first line. Received: ${cells.length}.`
      problems.push({ path: `line ${line}`, code: 'bad-row', message, level: 'error' })
      continue
    }
    rows.push(cells.length === used.length ? cells : cells.slice(0, used.length))
    places.push(`line ${line}`)
  }
  return { columns: columnNames(used), rows, places, problems, delimiter, hasHeader, isComplete }
}

/** Names may be whole numbers (years), but not all of them, and no name is a fraction or an image. */
function looksLikeHeader(cells: readonly string[]): boolean {
  const isData = (cell: string): boolean => FRACTION.test(cell) || typeOfName(cell.trim()) !== null
  return !cells.every((cell) => NUMBER.test(cell)) && !cells.some(isData)
}

/** UTF-16 becomes UTF-8; other bytes that are no UTF-8 are taken for Windows-1252. */
function decodable(bytes: Buffer, name: string): { text: Buffer; warning: ImportProblem | null } {
  const bom = bytes.subarray(0, 2).toString('hex')
  if (bom === 'fffe' || bom === 'feff') {
    const label = bom === 'fffe' ? 'utf-16le' : 'utf-16be'
    return { text: Buffer.from(new TextDecoder(label).decode(bytes)), warning: null }
  }
  if (bytes.subarray(0, 4096).includes(0)) {
    throw new GraftError('E_SOURCE_FORMAT', `Expected text. Received: ${name} holds binary data.`, {
      fix: 'Export the table as CSV, and choose that file.',
    })
  }
  if (isUtf8(bytes)) return { text: bytes, warning: null }
  const message = 'The text is not UTF-8; it was read as Windows-1252. Check names with accents.'
  const text = Buffer.from(new TextDecoder('windows-1252').decode(bytes))
  return { text, warning: { path: name, code: 'bad-value', message, level: 'warning' } }
}

async function readRecords(
  text: Buffer,
  delimiter: string,
  problems: ImportProblem[],
  maxRecords: number,
  signal: AbortSignal | undefined,
): Promise<{ records: Record[]; isComplete: boolean }> {
  const records: Record[] = []
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_skip: (error) => void (error !== undefined && problems.push(skipped(error))),
  })
  const done = new Promise<void>((resolve, reject) => parser.once('end', resolve).once('error', reject))
  done.catch(() => undefined)
  parser.on('data', ({ record, info }: { record: string[]; info: { lines: number } }) => {
    if (records.length < maxRecords) records.push({ line: info.lines, cells: record })
  })
  let at = 0
  try {
    for (; at < text.length && records.length < maxRecords; at += PIECE_BYTES) {
      parser.write(text.subarray(at, at + PIECE_BYTES))
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      if (parser.errored !== null) break
    }
    if (at < text.length && parser.errored === null) return { records, isComplete: false }
    parser.end()
    await done
  } catch (error) {
    if (error instanceof CsvError) problems.push(skipped(error))
    else throw error
  } finally {
    parser.destroy()
  }
  return { records, isComplete: true }
}

/** The one that splits the first line into most parts; quoted text does not count. */
function delimiterOf(text: Buffer, name: string): string {
  const start = text.toString('utf8', 0, 65_536).replace(/^\uFEFF/, '')
  const line = start.split(/\r?\n|\r/).find((candidate) => candidate.trim() !== '') ?? ''
  const bare = line.replace(/"[^"]*"/g, '')
  const preferred = /\.tsv$/i.test(name) ? '\t' : ','
  const counts = DELIMITERS.map((mark) => ({ mark, count: bare.split(mark).length * 2 + (mark === preferred ? 1 : 0) }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark
}

function skipped(error: CsvError): ImportProblem {
  const line = typeof error.lines === 'number' ? error.lines : 0
  const message = `The line cannot be read: ${error.message.slice(0, 200)}.`
  return { path: `line ${line}`, code: 'bad-row', message, level: 'error' }
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
