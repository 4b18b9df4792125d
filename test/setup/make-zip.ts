import { createHash } from 'node:crypto'
import { crc32, deflateRawSync } from 'node:zlib'

/** A file (with its Unix permissions), a symbolic link, or (a name that ends with a slash) a folder. */
export interface ZipEntry {
  text?: string | Buffer
  mode?: number
  link?: string
}

const UNIX = 3

/** A zip archive with permissions and symbolic links, as Electron's are, written without the reader under test. */
export function makeZip(entries: Record<string, ZipEntry>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, entry] of Object.entries(entries)) {
    const content = Buffer.from(entry.link ?? entry.text ?? '')
    const isPacked = content.length > 0 && !entry.link
    const packed = isPacked ? deflateRawSync(content, { level: 1 }) : content
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(isPacked ? 8 : 0, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([number32(0x04034b50), common, Buffer.from(name), packed])
    const head = Buffer.concat([number32(0x02014b50), Buffer.from([20, UNIX]), common, Buffer.alloc(14)])
    head.writeUInt32LE((modeOf(name, entry) << 16) >>> 0, 38)
    head.writeUInt32LE(offset, 42)
    parts.push(local)
    directory.push(head, Buffer.from(name))
    offset += local.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}

function modeOf(name: string, { link, mode = 0o644 }: ZipEntry): number {
  if (link !== undefined) return 0o120777
  return name.endsWith('/') ? 0o040755 : 0o100000 | mode
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
