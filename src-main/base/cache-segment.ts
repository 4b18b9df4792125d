import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFile } from './disk/remove.ts'
import { replace } from './disk/replace.ts'
import type { RowPlace } from './file-rows.ts'
import { isOtherProcess } from './is-other-process.ts'

/** One file of a cache: rows of one length, each under a key (layouts: docs/workspace.md). Never changed once it has its name. */
export interface CacheSegment {
  /** In the order of the rows. */
  readonly keys: readonly string[]
  place(row: number): RowPlace
  close(): void
}

/** What a cache's segments look like. */
export interface SegmentFormat {
  /** Eight letters that begin the file. */
  readonly magic: string
  readonly suffix: string
  /** Length of a key, and how its bytes are written as text. */
  readonly keyBytes: number
  readonly keyText: 'hex' | 'latin1'
  /** Of one number of a row. The header counts these. */
  readonly valueBytes: number
}

const HEADER_BYTES = 16
const PARTIAL = /\.(\d+)\.partial$/

/** Opens every whole segment in a folder, of rows of so many numbers. Damaged ones are removed: their rows are made again. */
export function openSegments(folder: string, format: SegmentFormat, rowLength: number): CacheSegment[] {
  const segments: CacheSegment[] = []
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(format.suffix)) continue
    const segment = openSegment(join(folder, name), format, rowLength)
    if (segment === null) removeFile(join(folder, name))
    else segments.push(segment)
  }
  return segments
}

/** Writes rows under a temporary name, makes sure that they are on the disk, and renames: a killed writer leaves nothing that would be
 *  read, and neither does a power cut. */
export async function writeSegment(
  folder: string,
  format: SegmentFormat,
  keys: readonly string[],
  rows: Uint8Array,
): Promise<CacheSegment> {
  const rowLength = rows.byteLength / keys.length / format.valueBytes
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(format.magic, 'latin1')
  header.writeUInt32LE(keys.length, 8)
  header.writeUInt32LE(rowLength, 12)
  const path = join(folder, randomUUID() + format.suffix)
  const partial = `${path}.${process.pid}.partial`
  // Made again where somebody has emptied the cache in the meantime.
  mkdirSync(folder, { recursive: true })
  const file = await open(partial, 'wx')
  try {
    await file.writeFile(Buffer.concat([header, Buffer.from(keys.join(''), format.keyText)]))
    await file.writeFile(rows)
    await file.sync()
  } catch (error) {
    removeFile(partial)
    throw error
  } finally {
    await file.close()
  }
  replace(partial, path)
  const segment = openSegment(path, format, rowLength)
  if (segment === null) throw new Error(`Expected to read back ${path}, which has just been written`)
  return segment
}

/** Removes what killed writers left behind. */
export function removePartialSegments(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = PARTIAL.exec(name)?.[1]
    if (pid !== undefined && !isOtherProcess(Number(pid))) removeFile(join(folder, name))
  }
}

function openSegment(path: string, format: SegmentFormat, rowLength: number): CacheSegment | null {
  const file = openSync(path, 'r')
  const rowBytes = rowLength * format.valueBytes
  const keys = readKeys(file, format, rowLength)
  if (keys === null) {
    closeSync(file)
    return null
  }
  const start = HEADER_BYTES + keys.length * format.keyBytes
  return {
    keys,
    place: (row) => ({ file, position: start + row * rowBytes }),
    close: () => closeSync(file),
  }
}

/** null: not a whole file of this format. */
function readKeys(
  file: number,
  { magic, keyBytes, keyText, valueBytes }: SegmentFormat,
  rowLength: number,
): string[] | null {
  const header = Buffer.alloc(HEADER_BYTES)
  if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null
  if (header.toString('latin1', 0, 8) !== magic || header.readUInt32LE(12) !== rowLength) return null
  const rows = header.readUInt32LE(8)
  if (fstatSync(file).size !== HEADER_BYTES + rows * (keyBytes + rowLength * valueBytes)) return null
  const bytes = Buffer.alloc(rows * keyBytes)
  readSync(file, bytes, 0, bytes.length, HEADER_BYTES)
  return Array.from({ length: rows }, (_, i) => bytes.toString(keyText, i * keyBytes, (i + 1) * keyBytes))
}
