import { basename } from 'node:path'
import { GraftError } from '../contract/errors.ts'
import { cocoEntries } from './coco-tags.ts'
import { readCsv } from './read-csv.ts'
import { readFileSafely } from './read-file-safely.ts'
import { columnNames, MAX_COLUMNS, type TextTable } from './text-table.ts'

const MAX_JSON_BYTES = 100_000_000
/** Column of the keys of `{ "cats/1.jpg": ... }`. */
const PATH = 'path'
const LABEL = 'label'
const TAGS = 'tags'

type Entry = Record<string, unknown>

/** A file that says what images are: CSV, TSV, or JSON as `{path: label}`, `{path: [tags]}`, `{path: {column: value}}`,
 *  `[{path, column: value, ...}]` or lists of COCO's kind (coco-tags.ts).
 *  @throws GraftError E_SOURCE_FORMAT, E_SOURCE_EMPTY, E_SOURCE_PATH */
export function readLabels(path: string, signal?: AbortSignal, header?: boolean): Promise<TextTable> {
  return /\.json$/i.test(path)
    ? Promise.resolve(parseJsonLabels(readJson(path), basename(path)))
    : readCsv(path, { signal, header })
}

function readJson(path: string): unknown {
  const text = readFileSafely(path, MAX_JSON_BYTES)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text, keepDigits)
  } catch (error) {
    throw unknownShape(basename(path), error instanceof Error ? error.message : String(error))
  }
}

/** Whole numbers beyond 2^53 stay the digits that they are written in. */
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? (context?.source ?? value) : value
}

export function parseJsonLabels(value: unknown, name: string): TextTable {
  const entries = entriesOf(value)
  if (entries === null || entries.length === 0) throw unknownShape(name, 'neither an object nor a list of objects')
  const table: { places: string[]; entries: Entry[] } = { places: [], entries: [] }
  const problems: TextTable['problems'] = []
  for (const [i, entry] of entries.entries()) {
    if (entry !== null) {
      table.places.push(`entry ${i + 1}`)
      table.entries.push(entry)
    } else {
      const message = 'Expected an object with a path and labels, or a label.'
      problems.push({ path: `entry ${i + 1}`, code: 'bad-row', message, level: 'error' })
    }
  }
  const keys = [...new Set(table.entries.flatMap((entry) => Object.keys(entry)))].slice(0, MAX_COLUMNS)
  const rows = table.entries.map((entry) => keys.map((key) => (Object.hasOwn(entry, key) ? toText(entry[key]) : '')))
  return {
    columns: columnNames(keys),
    rows,
    places: table.places,
    problems,
    delimiter: null,
    hasHeader: true,
    isComplete: true,
  }
}

/** null for each entry that is no object. */
function entriesOf(value: unknown): (Entry | null)[] | null {
  if (Array.isArray(value)) return value.map((entry) => (isEntry(entry) ? entry : null))
  if (!isEntry(value)) return null
  const coco = cocoEntries(value)
  if (coco !== null) return coco
  // Where some images have a list, one without brackets is a list of one.
  const isTagged = Object.values(value).some(Array.isArray)
  return Object.entries(value).map(([path, said]): Entry | null => {
    if (isEntry(said)) return { [PATH]: path, ...said }
    if (!isTagged) return { [PATH]: path, [LABEL]: said }
    const tags = said === null ? null : [said].flat()
    const isList = tags === null || tags.every((tag) => typeof tag === 'string' || typeof tag === 'number')
    return isList ? { [PATH]: path, [TAGS]: tags } : null
  })
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toText(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function unknownShape(name: string, received: string): GraftError {
  return new GraftError('E_SOURCE_FORMAT', `Expected labels as JSON in ${name}. Received: ${received}.`, {
    fix: 'Write {"cats/1.jpg": "cat", ...} or [{"path": "cats/1.jpg", "label": "cat"}, ...].',
  })
}
