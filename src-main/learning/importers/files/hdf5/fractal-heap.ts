import { brokenFile } from '../../refusals.ts'
import { Fields } from './fields.ts'
import type { Hdf5Space } from './superblock.ts'

interface Heap {
  readonly idLength: number
  readonly offsetBytes: number
  readonly lengthBytes: number
  readonly width: number
  readonly startSize: number
  readonly maxDirectSize: number
  readonly blockHeadBytes: number
  readonly root: number
  /** Of the root block; 0: it holds the objects itself. */
  readonly rows: number
}

/** Reads objects of a fractal heap (section III.G) by their ids: links and attributes of objects that have many of them. */
export function fractalHeap(space: Hdf5Space, address: number): (id: Uint8Array) => Uint8Array {
  const heap = readHeader(space, address)
  return (id) => {
    const what = `an object of the heap at ${address}`
    const fields = new Fields(id.subarray(0, heap.idLength), what)
    const first = fields.number(1)
    const kind = (first >> 4) & 3
    if (kind === 2) return tiny(fields, first, heap.idLength)
    if (kind !== 0)
      throw brokenFile(`Expected ${what} in a block. Received: one of its own, which only attributes over 64 kB are.`)
    const offset = fields.number(heap.offsetBytes)
    const length = fields.number(heap.lengthBytes)
    const block =
      heap.rows === 0
        ? { place: heap.root, start: 0 }
        : findBlock(space, heap, { place: heap.root, start: 0, rows: heap.rows }, offset)
    return space.source.read(block.place + offset - block.start, length, what)
  }
}

function tiny(fields: Fields, first: number, idLength: number): Uint8Array {
  const length = idLength <= 17 ? (first & 15) + 1 : ((first & 15) << 8) + fields.number(1) + 1
  return fields.part(length)
}

function readHeader({ source, offsetSize, lengthSize }: Hdf5Space, address: number): Heap {
  const what = `the heap at ${address}`
  const size = 22 + lengthSize * 12 + offsetSize * 3
  const fields = new Fields(source.read(address, size, what), what)
  fields.signature('FRHP')
  fields.skip(1)
  const [idLength, filterBytes] = [fields.number(2), fields.number(2)]
  if (filterBytes > 0) throw brokenFile(`Expected ${what} without filters. Received: a compressed one.`)
  fields.skip(1)
  const maxManaged = fields.number(4)
  fields.skip(lengthSize + offsetSize + lengthSize + offsetSize + lengthSize * 8)
  const width = fields.number(2)
  const [startSize, maxDirectSize] = [fields.number(lengthSize), fields.number(lengthSize)]
  const heapBits = fields.number(2)
  fields.skip(2)
  const root = fields.address(offsetSize)
  const rows = fields.number(2)
  const isSound =
    width > 0 &&
    isPower(startSize) &&
    isPower(maxDirectSize) &&
    startSize <= maxDirectSize &&
    heapBits <= 64 &&
    rows <= 64
  if (root === null || !isSound)
    throw brokenFile(`Expected sizes of ${what} that are powers of two. Received: ${startSize}, ${maxDirectSize}.`)
  const offsetBytes = Math.ceil(heapBits / 8)
  const lengthBytes = Math.min(
    Math.ceil(Math.log2(maxDirectSize) / 8),
    Math.floor(Math.log2(Math.max(1, maxManaged)) / 8) + 1,
  )
  return {
    idLength,
    offsetBytes,
    lengthBytes,
    width,
    startSize,
    maxDirectSize,
    blockHeadBytes: 5 + offsetSize + offsetBytes,
    root,
    rows,
  }
}

interface Block {
  readonly place: number
  /** Where it begins in the heap's own addresses. */
  readonly start: number
}

/** Rows of `width` blocks: the first two of the smallest size, each further one of twice the size. From a size on they hold blocks again. */
function findBlock(space: Hdf5Space, heap: Heap, block: Block & { rows: number }, offset: number): Block {
  let start = block.start
  let index = 0
  for (let row = 0; row < block.rows; row++) {
    const size = heap.startSize * 2 ** Math.max(0, row - 1)
    const column = Math.floor((offset - start) / size)
    if (column >= heap.width) {
      start += size * heap.width
      index += heap.width
      continue
    }
    const place = childAddress(space, heap, block.place, index + column)
    const child = { place, start: start + column * size }
    if (size <= heap.maxDirectSize) return child
    const rows = Math.log2(size) - Math.log2(heap.startSize * heap.width) + 1
    if (rows >= block.rows) break
    return findBlock(space, heap, { ...child, rows }, offset)
  }
  throw brokenFile(`Expected an object at ${offset} of the heap. Received: a heap that ends before.`)
}

function childAddress({ source, offsetSize }: Hdf5Space, heap: Heap, place: number, index: number): number {
  const what = `the heap block at ${place}`
  new Fields(source.read(place, 4, what), what).signature('FHIB')
  const fields = new Fields(source.read(place + heap.blockHeadBytes + index * offsetSize, offsetSize, what), what)
  const address = fields.address(offsetSize)
  if (address === null) throw brokenFile(`Expected a child of ${what}. Received: none.`)
  return address
}

function isPower(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value))
}
