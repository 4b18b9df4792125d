import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LONGEST_END = 22 + 65_535

/**
 * Unpacks the entries for which `target(name)` gives a relative path. Only for archives whose hash was checked before:
 * it trusts the directory, and it does not do Zip64 or encryption, which wheels do not use.
 */
export async function unzip(file, folder, { target, onBytes = () => {} }) {
  const wanted = (await listZip(file)).map((entry) => ({ ...entry, path: target(entry.name) })).filter((e) => e.path)
  for (const entry of wanted) {
    const path = join(folder, entry.path)
    mkdirSync(dirname(path), { recursive: true })
    const from = await dataOffset(file, entry)
    const source = createReadStream(file, { start: from, end: from + Math.max(entry.packedBytes, 1) - 1 })
    source.on('data', (chunk) => onBytes(chunk.length))
    if (entry.method === 8) await pipeline(source, createInflateRaw(), createWriteStream(path))
    else await pipeline(source, createWriteStream(path))
  }
  return wanted.map((entry) => entry.path)
}

/** The entries of a zip archive: `{ name, method, packedBytes, sizeBytes, offset }`. */
export async function listZip(file) {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(Math.min(size, LONGEST_END))
    await handle.read(tail, 0, tail.length, size - tail.length)
    const end = findEnd(tail)
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12))
    await handle.read(directory, 0, directory.length, tail.readUInt32LE(end + 16))
    return readDirectory(directory)
  } finally {
    await handle.close()
  }
}

function findEnd(tail) {
  for (let at = tail.length - 22; at >= 0; at -= 1) if (tail.readUInt32LE(at) === END_OF_DIRECTORY) return at
  throw new Error('not a zip archive: it has no directory')
}

function readDirectory(directory) {
  const entries = []
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === DIRECTORY_ENTRY;) {
    const nameLength = directory.readUInt16LE(at + 28)
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      sizeBytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

async function dataOffset(file, entry) {
  const handle = await open(file)
  try {
    const header = Buffer.alloc(30)
    await handle.read(header, 0, 30, entry.offset)
    return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  } finally {
    await handle.close()
  }
}
