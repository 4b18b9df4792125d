import { crc32, inflateRawSync } from 'node:zlib'
import { brokenFile, quoted } from '../refusals.ts'
import { bytesSource, openFile, windowOf } from './byte-source.ts'
import type { ByteSource } from './byte-source.ts'
import { readZipDirectory } from './zip-directory.ts'
import type { ZipRecord } from './zip-directory.ts'

/** Deflated entries expand to at most this many bytes, and beyond `FREE_BYTES` to at most `RATIO` times their own. */
const MAX_INFLATED_BYTES = 2 * 2 ** 30
const FREE_BYTES = 16 * 2 ** 20
const RATIO = 100
const LOCAL_HEADER = 0x04034b50

export interface ZipEntry {
  /** As the archive spells it; never used as a path. */
  readonly name: string
  /** Expanded. */
  readonly size: number
  /** The whole entry, its checksum checked. */
  read(): Uint8Array
  /** The entry piece by piece: of the file itself where it is stored without compression, as PyTorch and Keras do. */
  source(): ByteSource
}

export interface ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>
  /** Throws E_MODEL_FILE when there is none of that name. */
  entry(name: string): ZipEntry
  close(): void
}

/** Opens a zip archive: the directory is read and checked, entries when they are asked for. Throws E_MODEL_FILE. */
export function openZip(path: string): ZipArchive {
  const file = openFile(path)
  try {
    return { ...zipOf(file), close: () => file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}

/** An archive inside another source. */
export function zipOf(file: ByteSource): ZipArchive {
  const entries = new Map(readZipDirectory(file).map((record) => [record.name, entryOf(file, record)]))
  return {
    entries,
    entry(name) {
      const found = entries.get(name)
      if (found) return found
      const others = [...entries.keys()].slice(0, 8).map(quoted).join(', ')
      throw brokenFile(`Expected ${quoted(name)} in the archive. Received: ${others || 'an empty archive'}.`)
    },
    close: () => undefined,
  }
}

function entryOf(file: ByteSource, record: ZipRecord): ZipEntry {
  const label = `the entry ${quoted(record.name)}`
  const stored = (): ByteSource => windowOf(file, dataStart(file, record, label), record.packedSize, label)
  const read = (): Uint8Array => {
    const packed = stored().read(0, record.packedSize, label)
    const bytes = record.method === 0 ? packed : inflated(packed, record, label)
    if (crc32(bytes) === record.checksum) return bytes
    throw brokenFile(`The checksum of ${label} does not fit its bytes: the file is damaged.`)
  }
  return {
    name: record.name,
    size: record.size,
    read,
    source() {
      if (record.method === 0) return stored()
      return bytesSource(read())
    },
  }
}

function inflated(packed: Uint8Array, record: ZipRecord, label: string): Uint8Array {
  const most = Math.min(MAX_INFLATED_BYTES, Math.max(FREE_BYTES, packed.byteLength * RATIO))
  if (record.size > most) {
    throw brokenFile(`Expected ${label} to expand to at most ${most} bytes. Received: ${record.size} bytes.`)
  }
  try {
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, record.size) })
    if (bytes.byteLength === record.size) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    throw new Error(`${bytes.byteLength} bytes`)
  } catch (error) {
    throw brokenFile(`Expected ${label} to expand to ${record.size} bytes. Received: ${String(error)}.`, error)
  }
}

/** The local header repeats the name and may have another extra field than the directory. */
function dataStart(file: ByteSource, record: ZipRecord, label: string): number {
  const header = file.read(record.headerStart, 30, `the header of ${label}`)
  const view = new DataView(header.buffer)
  if (view.getUint32(0, true) !== LOCAL_HEADER) {
    throw brokenFile(`Expected a local header of ${label} at byte ${record.headerStart}. Received: other bytes.`)
  }
  return record.headerStart + 30 + view.getUint16(26, true) + view.getUint16(28, true)
}
