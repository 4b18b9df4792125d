import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fstatSync, fsyncSync, openSync, readSync } from 'node:fs'
import { removeFile } from '../../base/disk/remove.ts'
import { replace } from '../../base/disk/replace.ts'
import { writeAll } from '../../base/disk/write-file-atomic.ts'
import { DTYPES, toFloat32 } from './dtype.ts'
import type { Dtype } from './dtype.ts'
import { headerLength, parseHeader, weightsError } from './safetensors-header.ts'
import type { TensorEntry } from './safetensors-header.ts'

/** A tensor in memory: little-endian bytes in row-major order. */
export interface StoredTensor {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** An open file: the header is checked, the tensors are read one by one. Close it. */
export interface SafetensorsFile {
  readonly entries: readonly TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes of one tensor. Throws E_MODEL_WEIGHTS when there is none of that name. */
  read(name: string): StoredTensor
  /** One tensor widened to float32. */
  readFloat32(name: string): { shape: readonly number[]; values: Float32Array }
  close(): void
}

/** Largest file read: 16 GiB. */
const MAX_FILE_BYTES = 16 * 2 ** 30

/** Opens a safetensors file. Throws E_MODEL_WEIGHTS when anything in its header does not add up. */
export function openSafetensors(path: string): SafetensorsFile {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    if (size > MAX_FILE_BYTES) throw weightsError(`Expected at most ${MAX_FILE_BYTES} bytes. Received: ${size}.`)
    const length = headerLength(readAt(file, 0, Math.min(8, size)), size)
    const { entries, metadata } = parseHeader(readAt(file, 8, length), size)
    const byName = new Map(entries.map((entry) => [entry.name, entry]))
    const read = (name: string): StoredTensor => {
      const entry = byName.get(name)
      if (!entry) throw weightsError(`The file has no tensor "${name}". It has ${entries.length} others.`)
      return { name, dtype: entry.dtype, shape: entry.shape, data: readAt(file, entry.start, entry.end - entry.start) }
    }
    return {
      entries,
      metadata,
      read,
      readFloat32(name) {
        const { shape, data, dtype } = read(name)
        return { shape, values: toFloat32(data, dtype) }
      },
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** All tensors of a file as float32, by name. */
export function readAllFloat32(path: string): Map<string, { shape: readonly number[]; values: Float32Array }> {
  const file = openSafetensors(path)
  try {
    return new Map(file.entries.map((entry) => [entry.name, file.readFloat32(entry.name)]))
  } finally {
    file.close()
  }
}

/** Float32 values as a tensor to write; the memory is shared, not copied. */
export function float32Tensor(name: string, shape: readonly number[], values: Float32Array): StoredTensor {
  return { name, dtype: 'F32', shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

/** Writes a file beside `path`, flushes it to the disk and renames it: readers see the old file or the whole new one.
 *  Tensors are written one after the other, so only one needs to be in memory. Returns the file's SHA-256. */
export function writeSafetensors(
  path: string,
  tensors: Iterable<StoredTensor>,
  metadata: Record<string, string> = {},
): string {
  const list = [...tensors]
  const header = encodeHeader(list, metadata)
  const temporary = `${path}.part-${process.pid}`
  const hash = createHash('sha256')
  try {
    const file = openSync(temporary, 'w')
    try {
      for (const bytes of [header, ...list.map((tensor) => tensor.data)]) {
        hash.update(bytes)
        writeAll(file, bytes)
      }
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    replace(temporary, path)
  } catch (error) {
    removeFile(temporary)
    throw error
  }
  return hash.digest('hex')
}

/** SHA-256 of a file, read in pieces. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

function encodeHeader(tensors: readonly StoredTensor[], metadata: Record<string, string>): Uint8Array {
  const entries: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {}
  let at = 0
  for (const tensor of tensors) {
    const expected = tensor.shape.reduce((size, value) => size * value, DTYPES[tensor.dtype])
    if (expected !== tensor.data.byteLength)
      throw new Error(`${tensor.name}: ${tensor.data.byteLength} bytes for ${expected}`)
    if (Object.hasOwn(entries, tensor.name)) throw new Error(`${tensor.name} is there twice`)
    entries[tensor.name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [at, (at += expected)] }
  }
  const json = new TextEncoder().encode(JSON.stringify(entries))
  const padded = Math.ceil(json.byteLength / 8) * 8
  const header = new Uint8Array(8 + padded).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true)
  header.set(json, 8)
  return header
}

function readAt(file: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const count = readSync(file, bytes, done, length - done, start + done)
    if (count === 0) throw weightsError('The file ended before its last tensor.')
    done += count
  }
  return bytes
}
