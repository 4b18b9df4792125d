import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { RowPlace } from '../../base/file-rows.ts'
import { isOtherProcess } from '../../base/is-other-process.ts'

const MAGIC = Buffer.from('GRAFTFC2', 'latin1')
const HEADER_BYTES = 16
const KEY_BYTES = 16
const SUFFIX = '.f32'
const PARTIAL = /\.(\d+)\.partial$/

/** Cached rows in one file (layout: docs/workspace.md). Never changed once it has its name. */
export interface FeatureSegment {
  /** Digests of the rows' keys, in order. */
  readonly digests: readonly string[]
  place(index: number): RowPlace
  close(): void
}

/** A key as a segment holds it: the first 16 bytes of its SHA-256, one character a byte. */
export function keyDigest(key: string): string {
  return createHash('sha256').update(key).digest().toString('latin1', 0, KEY_BYTES)
}

/** Writes rows under a temporary name, makes sure that they are on the disk, and renames: a killed writer leaves nothing that
 *  would be read. */
export function writeSegment(folder: string, digests: readonly string[], rows: Float32Array): FeatureSegment {
  const header = Buffer.alloc(HEADER_BYTES)
  header.set(MAGIC)
  header.writeUInt32LE(digests.length, 8)
  header.writeUInt32LE(rows.length / digests.length, 12)
  const path = join(folder, `${randomUUID()}${SUFFIX}`)
  const partial = `${path}.${process.pid}.partial`
  // Made again where somebody has emptied the cache in the meantime.
  mkdirSync(folder, { recursive: true })
  const file = openSync(partial, 'wx')
  try {
    writeAll(file, Buffer.concat([header, Buffer.from(digests.join(''), 'latin1')]))
    writeAll(file, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength))
    fsyncSync(file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(partial, path)
  const segment = openSegment(path, rows.length / digests.length)
  if (segment === null) throw new Error(`Expected to read back ${path}, which has just been written`)
  return segment
}

function writeAll(file: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.byteLength) done += writeSync(file, bytes, done)
}

/** All whole segments of a folder. Damaged ones are removed: their rows are computed again. */
export function openSegments(folder: string, rowLength: number): FeatureSegment[] {
  const found: FeatureSegment[] = []
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(SUFFIX)) continue
    const segment = openSegment(join(folder, name), rowLength)
    if (segment === null) rmSync(join(folder, name), { force: true })
    else found.push(segment)
  }
  return found
}

/** Removes what killed writers left behind. */
export function removePartialSegments(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = PARTIAL.exec(name)?.[1]
    if (pid !== undefined && !isOtherProcess(Number(pid))) rmSync(join(folder, name), { force: true })
  }
}

function openSegment(path: string, rowLength: number): FeatureSegment | null {
  const file = openSync(path, 'r')
  const digests = readDigests(file, rowLength)
  if (digests === null) {
    closeSync(file)
    return null
  }
  const start = HEADER_BYTES + digests.length * KEY_BYTES
  return {
    digests,
    place: (index) => ({ file, position: start + index * rowLength * 4 }),
    close: () => closeSync(file),
  }
}

function readDigests(file: number, rowLength: number): string[] | null {
  const header = Buffer.alloc(HEADER_BYTES)
  if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC)) return null
  const rows = header.readUInt32LE(8)
  const isWhole = fstatSync(file).size === HEADER_BYTES + rows * (KEY_BYTES + rowLength * 4)
  if (!isWhole || header.readUInt32LE(12) !== rowLength) return null
  const bytes = Buffer.alloc(rows * KEY_BYTES)
  readSync(file, bytes, 0, bytes.length, HEADER_BYTES)
  const text = bytes.toString('latin1')
  return Array.from({ length: rows }, (_, i) => text.slice(i * KEY_BYTES, (i + 1) * KEY_BYTES))
}
