import { brokenFile, quoted } from '../../refusals.ts'
import { fractalHeap } from './fractal-heap.ts'
import { Fields } from './fields.ts'
import { nameRecords } from './name-index.ts'
import { MESSAGE, readMessages } from './object-header.ts'
import type { Hdf5Space } from './superblock.ts'

/** Where a name leads: to an object of this file, or elsewhere, which Graft never follows. */
export type Link =
  { readonly kind: 'object'; readonly address: number } | { readonly kind: 'elsewhere'; readonly to: string }

const MAX_LINKS = 200_000
const SOFT_IN_TABLE = 2

/** The links of a group, in the file's order; null: the object is no group. */
export function readLinks(space: Hdf5Space, address: number): Map<string, Link> | null {
  const links = new Map<string, Link>()
  const add = (name: string, link: Link): void => {
    if (links.has(name) || links.size >= MAX_LINKS)
      throw brokenFile(`The HDF5 group has ${quoted(name)} twice, or too many links.`)
    links.set(name, link)
  }
  let isGroup = false
  for (const { type, bytes } of readMessages(space, address)) {
    if (type === MESSAGE.symbolTable) readTable(space, bytes, add)
    else if (type === MESSAGE.link) addMessage(space, bytes, add)
    else if (type === MESSAGE.linkInfo) readDense(space, bytes, add)
    else continue
    isGroup = true
  }
  return isGroup ? links : null
}

type Add = (name: string, link: Link) => void

/** Old groups: a B-tree of symbol nodes, the names in a heap. */
function readTable(space: Hdf5Space, bytes: Uint8Array, add: Add): void {
  const { source, offsetSize, lengthSize } = space
  const fields = new Fields(bytes, 'a symbol table message')
  const tree = fields.address(offsetSize)
  const names = readHeap(space, fields.address(offsetSize))
  const visit = (address: number, above: number): void => {
    const what = `the group's tree at ${address}`
    const size = 8 + offsetSize * 2
    const head = new Fields(source.read(address, size, what), what)
    head.signature('TREE')
    const [type, level, count] = [head.number(1), head.number(1), head.number(2)]
    if (type !== 0 || level >= above)
      throw brokenFile(`Expected ${what} to lead down to names. Received: level ${level} under ${above}.`)
    const body = new Fields(source.read(address + size, count * (lengthSize + offsetSize), what), what)
    for (let index = 0; index < count; index++) {
      body.skip(lengthSize)
      const child = body.address(offsetSize)
      if (child === null) throw brokenFile(`Expected a child in ${what}. Received: none.`)
      if (level > 0) visit(child, level)
      else readNode(space, child, names, add)
    }
  }
  if (tree !== null) visit(tree, 32)
}

function readHeap({ source, offsetSize, lengthSize }: Hdf5Space, address: number | null): Uint8Array {
  if (address === null) throw brokenFile('Expected a heap of names in the HDF5 group. Received: none.')
  const what = `the heap of names at ${address}`
  const fields = new Fields(source.read(address, 8 + lengthSize * 2 + offsetSize, what), what)
  fields.signature('HEAP')
  fields.skip(4)
  const size = fields.number(lengthSize)
  fields.skip(lengthSize)
  return source.read(fields.address(offsetSize) ?? 0, size, what)
}

function readNode({ source, offsetSize }: Hdf5Space, address: number, names: Uint8Array, add: Add): void {
  const what = `the symbol node at ${address}`
  const head = new Fields(source.read(address, 8, what), what)
  head.signature('SNOD')
  head.skip(2)
  const count = head.number(2)
  const fields = new Fields(source.read(address + 8, count * (offsetSize * 2 + 24), what), what)
  for (let index = 0; index < count; index++) {
    const name = textAt(names, fields.number(offsetSize), what)
    const target = fields.address(offsetSize)
    const cache = fields.number(4)
    fields.skip(4)
    const scratch = new Fields(fields.part(16), what)
    if (cache === SOFT_IN_TABLE || target === null)
      add(name, { kind: 'elsewhere', to: textAt(names, scratch.number(4), what) })
    else add(name, { kind: 'object', address: target })
  }
}

function textAt(heap: Uint8Array, start: number, what: string): string {
  const end = heap.indexOf(0, start)
  if (start >= heap.byteLength || end < 0)
    throw brokenFile(`Expected a name at ${start} of the heap for ${what}. Received: nothing.`)
  return new TextDecoder().decode(heap.subarray(start, end))
}

/** New groups with few links: one message each. Of many: the same messages in a heap. */
function addMessage({ offsetSize }: Hdf5Space, bytes: Uint8Array, add: Add): void {
  const fields = new Fields(bytes, 'a link message')
  fields.skip(1)
  const flags = fields.number(1)
  const type = flags & 8 ? fields.number(1) : 0
  fields.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0))
  const name = new TextDecoder().decode(fields.part(fields.number(2 ** (flags & 3))))
  if (type !== 0) return add(name, { kind: 'elsewhere', to: new TextDecoder().decode(fields.part(fields.number(2))) })
  const address = fields.address(offsetSize)
  if (address === null) throw brokenFile(`The link ${quoted(name)} leads nowhere.`)
  add(name, { kind: 'object', address })
}

function readDense(space: Hdf5Space, bytes: Uint8Array, add: Add): void {
  const fields = new Fields(bytes, 'a link info message')
  fields.skip(1)
  const flags = fields.number(1)
  fields.skip(flags & 1 ? 8 : 0)
  const [heap, index] = [fields.address(space.offsetSize), fields.address(space.offsetSize)]
  if (heap === null || index === null) return
  const read = fractalHeap(space, heap)
  for (const record of nameRecords(space, index)) addMessage(space, read(record.subarray(4)), add)
}
