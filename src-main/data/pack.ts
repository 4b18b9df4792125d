import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { GraftError } from '../contract/errors.ts'
import { readRowsNow, type RowPlace } from '../base/file-rows.ts'

/** Shape of every image in a pack; a row has height * width * channels bytes, line by line, channels interleaved. */
export interface PackShape {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
}

/** Images of one size as raw bytes in one file (`pixels.u8`; layout: docs/workspace.md). */
export interface Pack {
  readonly kind: 'pixels'
  readonly rows: number
  readonly shape: PackShape
  /** A copy of one row's pixels. */
  row(index: number): Uint8Array
  /** Throws RangeError for a row that is not there, as `row` does. */
  place(index: number): RowPlace
  close(): void
}

const MAGIC = Buffer.from('GRAFTPX1', 'latin1')
const HEADER_BYTES = 32

/** Opens a pack for reading row by row; close it when done.
 *  @throws GraftError E_DATASET_UNUSABLE when it is missing, damaged or no pack */
export function openPack(path: string): Pack {
  const file = openFile(path)
  try {
    const { rows, shape } = readHeader(file, path)
    const rowBytes = shape.height * shape.width * shape.channels
    const place = (index: number): RowPlace => {
      if (!Number.isInteger(index) || index < 0 || index >= rows) {
        throw new RangeError(`Expected a row from 0 to ${rows - 1}. Received: ${index}`)
      }
      return { file, position: HEADER_BYTES + index * rowBytes }
    }
    return {
      kind: 'pixels',
      rows,
      shape,
      place,
      row(index) {
        const pixels = new Uint8Array(rowBytes)
        readRowsNow([place(index)], rowBytes, pixels)
        return pixels
      },
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch {
    throw unusable(path, 'it is missing or cannot be read')
  }
}

function readHeader(file: number, path: string): { rows: number; shape: PackShape } {
  const header = Buffer.alloc(HEADER_BYTES)
  if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC)) {
    throw unusable(path, 'it does not begin like a pack')
  }
  const [rows, height, width, channels] = [8, 12, 16, 20].map((at) => header.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ]
  if (channels !== 1 && channels !== 3) throw unusable(path, `it has ${channels} channels`)
  const expected = HEADER_BYTES + rows * height * width * channels
  const { size } = fstatSync(file)
  if (size !== expected) throw unusable(path, `it has ${size} bytes where ${expected} are due`)
  return { rows, shape: { height, width, channels } }
}

function unusable(path: string, what: string): GraftError {
  return new GraftError('E_DATASET_UNUSABLE', `The dataset's pixels cannot be read (${path}): ${what}.`, {
    fix: 'Import the dataset again.',
  })
}

export interface PackWriter {
  /** Adds pixels of one row or several; resolves once they are written. */
  add(pixels: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Writes a new pack; the header with the row count comes last, so that an unfinished one is none. */
export async function openPackWriter(path: string, shape: PackShape): Promise<PackWriter> {
  const file: FileHandle = await open(path, 'wx')
  const rowBytes = shape.height * shape.width * shape.channels
  let bytes = 0
  await file.write(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
  return {
    async add(pixels) {
      await file.write(pixels, 0, pixels.length, HEADER_BYTES + bytes)
      bytes += pixels.length
    },
    async close() {
      const header = Buffer.alloc(HEADER_BYTES)
      header.set(MAGIC)
      const numbers = [bytes / rowBytes, shape.height, shape.width, shape.channels]
      for (const [i, value] of numbers.entries()) header.writeUInt32LE(value, 8 + i * 4)
      await file.write(header, 0, HEADER_BYTES, 0)
      await file.close()
    },
  }
}
