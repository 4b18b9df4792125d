import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { plural } from '../base/plural.ts'
import { GraftError } from '../contract/errors.ts'
import { readHead } from './read-file-safely.ts'

/** The file format of MNIST: a big-endian header, then numbers in row-major order. Source: Y. LeCun, C. Cortes and
 *  C. J. C. Burges, "The MNIST database of handwritten digits", section "the IDX file format". Only unsigned bytes (0x08)
 *  are read. */
export interface IdxHeader {
  /** [items] for labels, [items, height, width] or [items, height, width, channels] for images. */
  readonly shape: readonly number[]
}

const UNSIGNED_BYTE = 0x08
/** A header may claim anything; a data set larger than this is no IDX file. */
const MAX_BYTES = 64_000_000_000

/** Whether a file's first bytes are an IDX header, gzipped or not (by name then). */
export function looksLikeIdx(path: string): boolean {
  if (!/idx|ubyte/i.test(basename(path))) return false
  const head = readHead(path, 4)
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  return isGzip || (head[0] === 0 && head[1] === 0 && head[2] === UNSIGNED_BYTE)
}

/** Reads the header, then hands out the data in pieces of any length; what follows the announced end is an error.
 *  @throws GraftError E_SOURCE_FORMAT naming the file */
export async function readIdx(
  path: string,
  signal: AbortSignal | undefined,
  onHeader: (header: IdxHeader) => void | Promise<void>,
  onData: (piece: Buffer) => void | Promise<void>,
): Promise<IdxHeader> {
  let held: Buffer = Buffer.alloc(0)
  let header: IdxHeader | null = null
  let due = 0
  for await (const chunk of openStream(path, signal)) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    if (header === null) {
      header = parseHeader(held, path)
      if (header === null) continue
      held = held.subarray(4 + header.shape.length * 4)
      due = header.shape.reduce((product, length) => product * length, 1)
      await onHeader(header)
    }
    if (held.length > due) throw broken(path, 'it goes on after its announced end')
    due -= held.length
    await onData(held)
    held = Buffer.alloc(0)
  }
  if (header === null) throw broken(path, 'it ends within its header')
  if (due > 0) throw broken(path, `${plural(due, 'byte')} missing at its end (truncated)`)
  return header
}

/** Null: not yet whole. */
function parseHeader(bytes: Buffer, path: string): IdxHeader | null {
  if (bytes.length < 4) return null
  const dimensions = bytes[3] as number
  if (bytes[0] !== 0 || bytes[1] !== 0) throw broken(path, 'it does not begin with two zero bytes')
  if (bytes[2] !== UNSIGNED_BYTE) throw broken(path, 'its numbers are not unsigned bytes')
  if (dimensions < 1 || dimensions > 4) throw broken(path, `it has ${dimensions} dimensions`)
  if (bytes.length < 4 + dimensions * 4) return null
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + i * 4))
  const total = shape.reduce((product, length) => product * length, 1)
  if (total > MAX_BYTES || shape.includes(0)) throw broken(path, `its shape is ${shape.join(' x ')}`)
  return { shape }
}

async function* openStream(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const isGzip = readHead(path, 2).equals(Buffer.from([0x1f, 0x8b]))
  const file = createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) })
  // Errors of either end arrive where the data is read.
  const stream = isGzip ? pipeline(file, createGunzip({ chunkSize: 1 << 18 }), () => undefined) : file
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    signal?.throwIfAborted()
    throw broken(path, error instanceof Error ? error.message : String(error))
  } finally {
    file.destroy()
  }
}

function broken(path: string, what: string): GraftError {
  return new GraftError('E_SOURCE_FORMAT', `Expected an IDX file of unsigned bytes. ${path}: ${what}.`, {
    fix: 'Get the file again, or choose the folder with both files of the pair.',
  })
}
