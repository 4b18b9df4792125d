import { brokenFile, quoted } from '../refusals.ts'
import type { ByteSource } from './byte-source.ts'
import { readAttributes } from './hdf5/attributes.ts'
import type { AttributeValue } from './hdf5/attributes.ts'
import { readDataspace, readDatatype } from './hdf5/datatype.ts'
import { readLinks } from './hdf5/links.ts'
import type { Link } from './hdf5/links.ts'
import { MESSAGE, readMessages } from './hdf5/object-header.ts'
import { readStorage } from './hdf5/storage.ts'
import { readSuperblock } from './hdf5/superblock.ts'
import { numbersOf } from './hdf5/values.ts'

export interface Hdf5Dataset {
  readonly shape: readonly number[]
  /** Any kind of number as float32. */
  read(): Float32Array
}

/** Paths are of names and `/`, from the root, which is ''. */
export interface Hdf5File {
  has(path: string): boolean
  /** What a group holds. */
  names(path: string): string[]
  /** null: there is no such attribute. */
  attribute(path: string, name: string): AttributeValue
  dataset(path: string): Hdf5Dataset
}

/** Reads an HDF5 file. Written for Graft, since the HDF5 library follows links into other files without a word and reads on where a filter
 *  fails: this one knows only the bytes that it is given, and refuses by name what it does not know. Throws E_MODEL_FILE. */
export function readHdf5(file: ByteSource): Hdf5File {
  const space = readSuperblock(file)
  const groups = new Map<number, Map<string, Link> | null>()
  const linksOf = (address: number): Map<string, Link> | null => {
    if (!groups.has(address)) groups.set(address, readLinks(space, address))
    return groups.get(address) ?? null
  }
  const find = (path: string): number | null => {
    let address = space.rootAddress
    for (const name of path.split('/').filter((part) => part !== '')) {
      const link = linksOf(address)?.get(name)
      if (link === undefined) return null
      if (link.kind === 'elsewhere')
        throw brokenFile(`${quoted(path)} is a link to ${quoted(link.to)}. Graft follows no links in HDF5 files.`)
      address = link.address
    }
    return address
  }
  const addressOf = (path: string): number => {
    const address = find(path)
    if (address !== null) return address
    throw brokenFile(`Expected ${quoted(path)} in the HDF5 file. Received: no object of that name.`)
  }
  return {
    has: (path) => find(path) !== null,
    names(path) {
      const links = linksOf(addressOf(path))
      if (links) return [...links.keys()]
      throw brokenFile(`Expected ${quoted(path)} to be a group of the HDF5 file. Received: something else.`)
    },
    attribute: (path, name) => readAttributes(space, addressOf(path)).get(name)?.() ?? null,
    dataset(path) {
      const what = `the dataset ${quoted(path)}`
      const messages = readMessages(space, addressOf(path))
      const type = messages.find((message) => message.type === MESSAGE.datatype)
      const axes = messages.find((message) => message.type === MESSAGE.dataspace)
      if (!type || !axes)
        throw brokenFile(`Expected ${quoted(path)} to be a dataset of the HDF5 file. Received: something else.`)
      const datatype = readDatatype(type)
      const shape = readDataspace(axes.bytes, space.lengthSize)
      if (shape === null) throw brokenFile(`Expected values in ${what}. Received: none.`)
      return { shape, read: () => numbersOf(readStorage(space, messages, shape, datatype.size, what), datatype, what) }
    },
  }
}
