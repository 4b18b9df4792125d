import { createReadStream, createWriteStream, mkdirSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LONGEST_END = 22 + 65_535
const ENCRYPTED = 1
const STORED = 0
const DEFLATED = 8
const MADE_ON_UNIX = 3
const FILE_TYPE = 0o170000
const SYMBOLIC_LINK = 0o120000
const KEPT_IN_ZIP64 = 0xffff_ffff

/**
 * Unpacks the entries for which `target(name)` gives a relative path, with their permissions and symbolic links where
 * the archive has them (one made on Windows has none); returns the paths. Only for archives whose hash was checked
 * before: it trusts sizes. Nothing is written outside of `folder` all the same, and what it does not know (Zip64,
 * encryption; neither wheels nor Electron have them) is refused.
 */
export async function unzip(file, folder, { target, onBytes = () => {} }) {
  const entries = (await listZip(file))
    .map((entry) => ({ ...entry, path: target(entry.name) }))
    .filter((entry) => entry.path)
    .map((entry) => ({ ...entry, to: inside(folder, resolve(folder, entry.path), entry.name) }))
  for (const entry of entries) mkdirSync(entry.isFolder ? entry.to : dirname(entry.to), { recursive: true })
  const files = entries.filter((entry) => !entry.isFolder)
  for (const entry of files.filter((one) => !one.isLink)) {
    const write = createWriteStream(entry.to, entry.mode ? { mode: entry.mode } : {})
    await pipeline([...(await contentOf(file, entry, onBytes)), write])
  }
  // Links come last, beside folders that are there already: no file and no folder is made through one.
  for (const entry of files.filter((one) => one.isLink)) {
    const to = String(await pipeline([...(await contentOf(file, entry, onBytes)), buffer]))
    inside(folder, resolve(dirname(entry.to), to), `${entry.name}, a link to ${to},`)
    symlinkSync(to, entry.to)
  }
  return files.map((entry) => entry.path)
}

/** The path, when it lies in the folder. */
function inside(folder, path, name) {
  const way = relative(folder, path)
  if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return path
  throw new Error(`the archive is refused: its entry ${name} leads out of the folder it is unpacked to`)
}

/** The streams that give an entry's content, for a pipeline. */
async function contentOf(file, entry, onBytes) {
  if (entry.packedBytes === 0) return [Readable.from([])]
  const from = await dataOffset(file, entry)
  const source = createReadStream(file, { start: from, end: from + entry.packedBytes - 1 })
  source.on('data', (chunk) => onBytes(chunk.length))
  return entry.method === STORED ? [source] : [source, createInflateRaw()]
}

/** The entries of a zip archive: `{ name, method, packedBytes, sizeBytes, offset, isFolder, isLink, mode }`. */
export async function listZip(file) {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(Math.min(size, LONGEST_END))
    await handle.read(tail, 0, tail.length, size - tail.length)
    const end = findEnd(tail)
    const [directoryBytes, directoryOffset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
    refuseZip64([directoryBytes, directoryOffset])
    const directory = Buffer.alloc(directoryBytes)
    await handle.read(directory, 0, directory.length, directoryOffset)
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
    const entry = {
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      sizeBytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    }
    const isEncrypted = (directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0
    if (isEncrypted || (entry.method !== STORED && entry.method !== DEFLATED)) {
      throw new Error(`the archive’s entry ${entry.name} is encrypted or packed in a way that is not known here`)
    }
    refuseZip64([entry.packedBytes, entry.sizeBytes, entry.offset])
    entries.push({ ...entry, isFolder: entry.name.endsWith('/'), ...unixFacts(directory, at) })
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

/** Permissions are kept without setuid and the like: those are the administrator's to give. */
function unixFacts(directory, at) {
  const attributes = directory.readUInt8(at + 5) === MADE_ON_UNIX ? directory.readUInt16LE(at + 40) : 0
  return { isLink: (attributes & FILE_TYPE) === SYMBOLIC_LINK, mode: attributes & 0o777 }
}

function refuseZip64(numbers) {
  if (numbers.includes(KEPT_IN_ZIP64)) throw new Error('the archive is in the Zip64 format, which is not known here')
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
