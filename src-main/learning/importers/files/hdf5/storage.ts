import { brokenFile } from '../../refusals.ts'
import { elementCount } from './datatype.ts'
import { Fields } from './fields.ts'
import { readFilters, unfilter } from './filters.ts'
import { MESSAGE } from './object-header.ts'
import type { Message } from './object-header.ts'
import type { Hdf5Space } from './superblock.ts'

/** Chunks may say more than the file holds: they expand to at most this, or 100 times the file. */
const FREE_BYTES = 16 * 2 ** 20
const RATIO = 100

/** The bytes of a dataset, row by row (section IV.A.2.i). Nothing outside the file is read. */
export function readStorage(
  space: Hdf5Space,
  messages: readonly Message[],
  shape: readonly number[],
  elementSize: number,
  what: string,
): Uint8Array {
  const find = (type: number): Message | undefined => messages.find((message) => message.type === type)
  if (find(MESSAGE.externalFiles))
    throw brokenFile(`The data of ${what} lies in other files, which Graft does not open.`)
  const layout = find(MESSAGE.layout)
  const size = elementCount(shape, what) * elementSize
  if (!layout) throw brokenFile(`Expected the layout of ${what}. Received: none.`)
  if (size === 0) return new Uint8Array()
  const fields = new Fields(layout.bytes, what)
  const version = fields.number(1)
  if (version !== 3 && version !== 4)
    throw brokenFile(`Expected a layout of version 3 or 4 of ${what}. Received: ${version}.`)
  const kind = fields.number(1)
  if (kind === 0) return exact(fields.part(fields.number(2)), size, what)
  if (kind === 1) return contiguous(space, fields, size, what)
  if (kind === 2 && version === 3)
    return chunked(space, fields, find(MESSAGE.filters), { shape, elementSize, size, what })
  if (kind === 2)
    throw brokenFile(
      `Expected ${what} in one piece. Received: chunks of the newest HDF5 format; save the model with h5py's usual settings.`,
    )
  throw brokenFile(`The data of ${what} is put together from other datasets or files, which Graft does not open.`)
}

function exact(bytes: Uint8Array, size: number, what: string): Uint8Array {
  if (bytes.byteLength === size) return bytes
  throw brokenFile(`Expected ${size} bytes of ${what}. Received: ${bytes.byteLength}.`)
}

function contiguous(
  { source, offsetSize, lengthSize }: Hdf5Space,
  fields: Fields,
  size: number,
  what: string,
): Uint8Array {
  const address = fields.address(offsetSize)
  if (address === null) throw brokenFile(`Expected values of ${what}. Received: none were ever written.`)
  const stored = fields.number(lengthSize)
  if (stored !== size) throw brokenFile(`Expected ${size} bytes of ${what}. Received: ${stored}.`)
  return source.read(address, size, what)
}

interface Wanted {
  readonly shape: readonly number[]
  readonly elementSize: number
  readonly size: number
  readonly what: string
}

function chunked(space: Hdf5Space, fields: Fields, filterMessage: Message | undefined, wanted: Wanted): Uint8Array {
  const { source, offsetSize } = space
  const { shape, elementSize, size, what } = wanted
  if (size > Math.max(FREE_BYTES, source.size * RATIO))
    throw brokenFile(`Expected ${what} to fit its file. Received: ${size} bytes of ${source.size}.`)
  const rank = fields.number(1) - 1
  const tree = fields.address(offsetSize)
  const chunk = Array.from({ length: rank }, () => fields.number(4))
  if (rank !== shape.length || fields.number(4) !== elementSize || tree === null || chunk.includes(0)) {
    throw brokenFile(`Expected chunks of ${shape.length} axes in ${what}. Received: ${rank}, or none.`)
  }
  const filters = filterMessage ? readFilters(filterMessage.bytes) : []
  const chunkSize = elementCount(chunk, what) * elementSize
  if (chunkSize > Math.max(FREE_BYTES, source.size * RATIO))
    throw brokenFile(`Expected chunks of ${what} to fit the file. Received: ${chunkSize} bytes.`)
  const out = new Uint8Array(size)
  let placed = 0
  const visit = (address: number, above: number): void => {
    const head = new Fields(source.read(address, 8 + offsetSize * 2, what), what)
    head.signature('TREE')
    const [type, level, count] = [head.number(1), head.number(1), head.number(2)]
    if (type !== 1 || level >= above)
      throw brokenFile(`Expected the chunks of ${what}. Received: level ${level} under ${above}.`)
    const body = new Fields(source.read(address + 8 + offsetSize * 2, count * (16 + rank * 8 + offsetSize), what), what)
    for (let index = 0; index < count; index++) {
      const [stored, mask] = [body.number(4), body.number(4)]
      const start = chunk.map(() => body.number(8))
      body.skip(8)
      const child = body.address(offsetSize)
      if (child === null) throw brokenFile(`Expected a chunk of ${what}. Received: none.`)
      if (level > 0) visit(child, level)
      else
        placed += place(out, unfilter(source.read(child, stored, what), filters, mask, chunkSize, what), {
          shape,
          chunk,
          start,
          elementSize,
          what,
        })
    }
  }
  visit(tree, 32)
  if (placed === size) return out
  throw brokenFile(`Expected ${size} bytes in the chunks of ${what}. Received: ${placed}.`)
}

interface Placement {
  readonly shape: readonly number[]
  readonly chunk: readonly number[]
  readonly start: readonly number[]
  readonly elementSize: number
  readonly what: string
}

/** Copies what of a chunk lies inside the dataset; returns how many bytes. */
function place(out: Uint8Array, bytes: Uint8Array, { shape, chunk, start, elementSize, what }: Placement): number {
  if (start.some((value, axis) => value % chunk[axis]! !== 0 || value >= shape[axis]!))
    throw brokenFile(`A chunk of ${what} lies outside of it.`)
  const rank = shape.length
  const row = Math.min(chunk[rank - 1]!, shape[rank - 1]! - start[rank - 1]!) * elementSize
  let copied = 0
  const walk = (axis: number, from: number, to: number): void => {
    if (axis === rank - 1) {
      const target = (to * shape[axis]! + start[axis]!) * elementSize
      out.set(bytes.subarray(from * chunk[axis]! * elementSize, from * chunk[axis]! * elementSize + row), target)
      copied += row
      return
    }
    const count = Math.min(chunk[axis]!, shape[axis]! - start[axis]!)
    for (let index = 0; index < count; index++)
      walk(axis + 1, from * chunk[axis]! + index, to * shape[axis]! + start[axis]! + index)
  }
  walk(0, 0, 0)
  return copied
}
