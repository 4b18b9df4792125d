import { open, readFile } from 'node:fs/promises'
import type { FeatureColumn } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'

/** One feature column with its values by row: numbers as they are, categories by their index in `categories`;
 *  NaN where there is none. */
export interface TableColumn extends FeatureColumn {
  readonly values: Float64Array
}

/** The features of a table dataset (`table.bin`; layout: docs/workspace.md). Labels are in the store: they can change. */
export interface Table {
  readonly rows: number
  readonly columns: readonly TableColumn[]
}

const MAGIC = Buffer.from('GRAFTTB1', 'latin1')

/** Reads a whole table into memory.
 *  @throws GraftError E_DATASET_UNUSABLE when it is missing, damaged or no table */
export async function readTable(path: string): Promise<Table> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch {
    throw unusable(path, 'it is missing or cannot be read')
  }
  const { rows, columns, start } = readHeader(bytes, path)
  if (bytes.length !== start + rows * columns.length * 8) throw unusable(path, 'its length does not fit its header')
  const numbers = new Float64Array(rows * columns.length)
  // Copied, because a slice of the file need not lie on a multiple of eight.
  new Uint8Array(numbers.buffer).set(bytes.subarray(start))
  return {
    rows,
    columns: columns.map((column, i) => ({ ...column, values: numbers.subarray(i * rows, (i + 1) * rows) })),
  }
}

interface Header {
  readonly rows: number
  readonly columns: readonly FeatureColumn[]
  readonly start: number
}

function readHeader(bytes: Buffer, path: string): Header {
  if (bytes.length < 16 || !bytes.subarray(0, 8).equals(MAGIC)) throw unusable(path, 'it does not begin like a table')
  const length = bytes.readUInt32LE(8)
  if (16 + length > bytes.length) throw unusable(path, 'its header is incomplete')
  try {
    const { rows, columns } = JSON.parse(bytes.toString('utf8', 16, 16 + length)) as Omit<Header, 'start'>
    return { rows, columns, start: 16 + length }
  } catch {
    throw unusable(path, 'its header is damaged')
  }
}

/** Writes a new table. */
export async function writeTable(path: string, table: Table): Promise<void> {
  const columns = table.columns.map(({ name, type, categories }) => ({ name, type, categories }))
  const header = Buffer.from(JSON.stringify({ rows: table.rows, columns }))
  const start = Buffer.alloc(16)
  start.set(MAGIC)
  start.writeUInt32LE(header.length, 8)
  const file = await open(path, 'wx')
  try {
    await file.writeFile(start)
    await file.writeFile(header)
    for (const { values } of table.columns) {
      await file.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    }
  } finally {
    await file.close()
  }
}

function unusable(path: string, what: string): GraftError {
  return new GraftError('E_DATASET_UNUSABLE', `The dataset's table cannot be read (${path}): ${what}.`, {
    fix: 'Import the dataset again.',
  })
}
