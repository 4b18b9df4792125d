import { brokenFile } from '../../refusals.ts'
import { windowOf } from '../byte-source.ts'
import type { ByteSource } from '../byte-source.ts'
import { Fields } from './fields.ts'

/** An open HDF5 file as its readers see it: addresses count from the superblock. */
export interface Hdf5Space {
  readonly source: ByteSource
  /** Bytes of an address, and of a length. */
  readonly offsetSize: number
  readonly lengthSize: number
  readonly rootAddress: number
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

/** HDF5 File Format Specification 3.0, section II.A: at byte 0, or after a user block at 512, 1024, 2048 ... */
export function readSuperblock(file: ByteSource): Hdf5Space {
  for (let start = 0; start + 48 <= file.size; start = start === 0 ? 512 : start * 2) {
    const head = file.read(start, 8, 'the signature')
    if (!SIGNATURE.every((byte, index) => byte === head[index])) continue
    const source = windowOf(file, start, file.size - start, 'the superblock')
    const fields = new Fields(source.read(8, Math.min(100, source.size - 8), 'the superblock'), 'the superblock')
    const version = fields.number(1)
    if (version <= 1) return { source, ...oldLayout(fields, version) }
    if (version <= 3) return { source, ...newLayout(fields) }
    throw brokenFile(`Expected a superblock of version 0 to 3. Received: ${version}.`)
  }
  throw brokenFile('Expected an HDF5 file. Received: a file without its signature.')
}

function oldLayout(fields: Fields, version: number): Omit<Hdf5Space, 'source'> {
  fields.skip(4)
  const [offsetSize, lengthSize] = sizes(fields)
  fields.skip(9 + (version === 1 ? 4 : 0))
  fields.skip(offsetSize * 5)
  return { offsetSize, lengthSize, rootAddress: root(fields, offsetSize) }
}

function newLayout(fields: Fields): Omit<Hdf5Space, 'source'> {
  const [offsetSize, lengthSize] = sizes(fields)
  fields.skip(1 + offsetSize * 3)
  return { offsetSize, lengthSize, rootAddress: root(fields, offsetSize) }
}

function sizes(fields: Fields): [number, number] {
  const found: [number, number] = [fields.number(1), fields.number(1)]
  if (found.every((size) => size === 4 || size === 8)) return found
  throw brokenFile(`Expected addresses and lengths of 4 or 8 bytes. Received: ${found.join(' and ')}.`)
}

function root(fields: Fields, offsetSize: number): number {
  const address = fields.address(offsetSize)
  if (address === null) throw brokenFile('The HDF5 file has no root group.')
  return address
}
