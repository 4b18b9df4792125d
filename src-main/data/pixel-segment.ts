import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { RowPlace } from '../base/file-rows.ts'
import { isOtherProcess } from '../base/is-other-process.ts'

/** One file of the pixel cache: which contents it has, and their pixels. Never changed once it has its name. */
export interface PixelSegment {
  /** SHA-256 of the contents, hex, by row. */
  readonly hashes: readonly string[]
  place(row: number): RowPlace
  close(): void
}

const MAGIC = Buffer.from('GRAFTPC1', 'latin1')
const HEADER_BYTES = 16
const HASH_BYTES = 32
const SUFFIX = '.u8'
const PARTIAL = /\.(\d+)\.partial$/

/** Opens every whole segment in a folder. Damaged ones are removed: their pixels are decoded again. */
export function openSegments(folder: string, rowBytes: number): PixelSegment[] {
  const segments: PixelSegment[] = []
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(SUFFIX)) continue
    const segment = openSegment(join(folder, name), rowBytes)
    if (segment === null) rmSync(join(folder, name), { force: true })
    else segments.push(segment)
  }
  return segments
}

/** Writes a segment under a temporary name and renames it: a killed writer leaves nothing that would be read. */
export async function writeSegment(
  folder: string,
  hashes: readonly string[],
  pixels: Uint8Array,
): Promise<PixelSegment> {
  const rowBytes = pixels.length / hashes.length
  const header = Buffer.alloc(HEADER_BYTES)
  header.set(MAGIC)
  header.writeUInt32LE(hashes.length, 8)
  header.writeUInt32LE(rowBytes, 12)
  const path = join(folder, randomUUID() + SUFFIX)
  const partial = `${path}.${process.pid}.partial`
  const file = await open(partial, 'wx')
  try {
    await file.writeFile(Buffer.concat([header, Buffer.from(hashes.join(''), 'hex')]))
    await file.writeFile(pixels)
  } finally {
    await file.close()
  }
  await rename(partial, path)
  const segment = openSegment(path, rowBytes)
  if (segment === null) throw new Error(`Expected to read back ${path}, which has just been written`)
  return segment
}

/** Removes what killed writers left behind. */
export function removePartialSegments(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = PARTIAL.exec(name)?.[1]
    if (pid !== undefined && !isOtherProcess(Number(pid))) rmSync(join(folder, name), { force: true })
  }
}

function openSegment(path: string, rowBytes: number): PixelSegment | null {
  const file = openSync(path, 'r')
  const hashes = readHashes(file, rowBytes)
  if (hashes === null) {
    closeSync(file)
    return null
  }
  const start = HEADER_BYTES + hashes.length * HASH_BYTES
  return {
    hashes,
    place: (row) => ({ file, position: start + row * rowBytes }),
    close: () => closeSync(file),
  }
}

function readHashes(file: number, rowBytes: number): string[] | null {
  const header = Buffer.alloc(HEADER_BYTES)
  if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC)) return null
  const rows = header.readUInt32LE(8)
  const isWhole = fstatSync(file).size === HEADER_BYTES + rows * (HASH_BYTES + rowBytes)
  if (!isWhole || header.readUInt32LE(12) !== rowBytes) return null
  const bytes = Buffer.alloc(rows * HASH_BYTES)
  readSync(file, bytes, 0, bytes.length, HEADER_BYTES)
  return Array.from({ length: rows }, (_, i) => bytes.toString('hex', i * HASH_BYTES, (i + 1) * HASH_BYTES))
}
