import { brokenFile, quoted } from '../refusals.ts'
import type { ByteSource } from './byte-source.ts'

/** One line of an archive's central directory, checked. */
export interface ZipRecord {
  readonly name: string
  /** 0: stored, 8: deflated. */
  readonly method: 0 | 8
  readonly checksum: number
  readonly packedSize: number
  readonly size: number
  readonly headerStart: number
}

const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50
const RECORD = 0x02014b50
const MAX_COMMENT_BYTES = 65_535
const MAX_ENTRIES = 100_000
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20
const IN_EXTRA_FIELD = 0xffffffff

/** Reads the directory at the end of an archive, zip64 included. Throws E_MODEL_FILE: no archive, cut off, encrypted,
 *  compressed in another way than deflate, or two entries of one name. */
export function readZipDirectory(file: ByteSource): ZipRecord[] {
  const { start, bytes, count } = directoryPlace(file)
  if (count > MAX_ENTRIES || bytes > MAX_DIRECTORY_BYTES) {
    throw brokenFile(`Expected an archive of at most ${MAX_ENTRIES} entries. Received: ${count} in ${bytes} bytes.`)
  }
  const directory = file.read(start, bytes, 'the directory of the archive')
  const records: ZipRecord[] = []
  const names = new Set<string>()
  let at = 0
  for (let index = 0; index < count; index++) {
    const { record, next } = recordAt(directory, at, index)
    if (names.has(record.name)) throw brokenFile(`The archive has two entries named ${quoted(record.name)}.`)
    names.add(record.name)
    records.push(record)
    at = next
  }
  return records
}

function directoryPlace(file: ByteSource): { start: number; bytes: number; count: number } {
  const tailStart = Math.max(0, file.size - 22 - MAX_COMMENT_BYTES)
  const tail = file.read(tailStart, file.size - tailStart, 'the end of the archive')
  const view = viewOf(tail)
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue
    const place = { count: view.getUint16(at + 10, true), bytes: view.getUint32(at + 12, true), start: view.getUint32(at + 16, true) } // prettier-ignore
    return wide(file, tailStart + at - 20) ?? place
  }
  throw brokenFile(
    'Expected a zip archive. Received: a file without the directory that ends one; it is cut off or no archive.',
  )
}

/** Of archives with large entries: a second end with 64-bit numbers, found through a locator before the first. */
function wide(file: ByteSource, locatorStart: number): { start: number; bytes: number; count: number } | null {
  if (locatorStart < 0) return null
  const locator = viewOf(file.read(locatorStart, 20, 'the zip64 locator'))
  if (locator.getUint32(0, true) !== END_64_LOCATOR) return null
  const end = viewOf(file.read(whole(locator, 8), 56, 'the zip64 directory end'))
  if (end.getUint32(0, true) !== END_64) throw brokenFile('Expected a zip64 directory end. Received: other bytes.')
  return { count: whole(end, 32), bytes: whole(end, 40), start: whole(end, 48) }
}

function recordAt(directory: Uint8Array, at: number, index: number): { record: ZipRecord; next: number } {
  const view = viewOf(directory)
  if (at + 46 > directory.byteLength || view.getUint32(at, true) !== RECORD) {
    throw brokenFile(`Expected entry ${index} of the archive's directory at byte ${at} of it. Received: other bytes.`)
  }
  const nameBytes = view.getUint16(at + 28, true)
  const extraBytes = view.getUint16(at + 30, true)
  const nameStart = at + 46
  const next = nameStart + nameBytes + extraBytes + view.getUint16(at + 32, true)
  if (next > directory.byteLength) throw brokenFile(`Entry ${index} of the archive's directory is cut off.`)
  const name = new TextDecoder().decode(directory.subarray(nameStart, nameStart + nameBytes))
  if ((view.getUint16(at + 8, true) & 1) === 1) throw brokenFile(`The entry ${quoted(name)} is encrypted.`)
  const method = view.getUint16(at + 10, true)
  if (method !== 0 && method !== 8) {
    throw brokenFile(`Expected the entry ${quoted(name)} stored or deflated. Received: compression method ${method}.`)
  }
  const extra = directory.subarray(nameStart + nameBytes, nameStart + nameBytes + extraBytes)
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  const [size, packedSize, headerStart] = widened(sizes, extra, name) as [number, number, number]
  if (method === 0 && size !== packedSize) {
    throw brokenFile(`The entry ${quoted(name)} is stored, yet has two sizes: ${packedSize} and ${size}.`)
  }
  return { record: { name, method, checksum: view.getUint32(at + 16, true), packedSize, size, headerStart }, next }
}

/** Numbers that do not fit 32 bits stand in the zip64 extra field, in this order, only those. */
function widened(values: number[], extra: Uint8Array, name: string): number[] {
  if (!values.includes(IN_EXTRA_FIELD)) return values
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const length = view.getUint16(at + 2, true)
    if (view.getUint16(at, true) !== 1) {
      at += 4 + length
      continue
    }
    let from = at + 4
    return values.map((value) => {
      if (value !== IN_EXTRA_FIELD) return value
      if (from + 8 > Math.min(extra.byteLength, at + 4 + length)) break64(name)
      from += 8
      return whole(view, from - 8)
    })
  }
  return break64(name)
}

function break64(name: string): never {
  throw brokenFile(`The entry ${quoted(name)} lacks its 64-bit sizes.`)
}

function whole(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  throw brokenFile(`Expected a size that a file can have. Received: ${value}.`)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
