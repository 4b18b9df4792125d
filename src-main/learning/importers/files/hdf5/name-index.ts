import { brokenFile } from '../../refusals.ts'
import { Fields } from './fields.ts'
import type { Hdf5Space } from './superblock.ts'

const MAX_RECORDS = 200_000
const MAX_DEPTH = 16

/** Records of a version 2 B-tree (section III.A.2), in order. Names of links and of attributes are kept in such. */
export function nameRecords({ source, offsetSize, lengthSize }: Hdf5Space, address: number): Uint8Array[] {
  const what = `the name index at ${address}`
  const head = new Fields(source.read(address, 16 + offsetSize + 2 + lengthSize, what), what)
  head.signature('BTHD')
  head.skip(2)
  const [nodeSize, recordSize, depth] = [head.number(4), head.number(2), head.number(2)]
  head.skip(2)
  const root = head.address(offsetSize)
  const count = head.number(2)
  if (recordSize === 0 || depth > MAX_DEPTH)
    throw brokenFile(`Expected records of ${what}. Received: size ${recordSize}, depth ${depth}.`)
  const pointers = pointerSizes(nodeSize, recordSize, depth, offsetSize)
  const records: Uint8Array[] = []
  const visit = (place: number | null, held: number, level: number): void => {
    if (place === null || records.length + held > MAX_RECORDS)
      throw brokenFile(`Expected a node of ${what}. Received: none, or too many records.`)
    const fields = new Fields(source.read(place, nodeSize, what), what)
    fields.signature(level === 0 ? 'BTLF' : 'BTIN')
    fields.skip(2)
    const own = Array.from({ length: held }, () => fields.part(recordSize))
    if (level === 0) return void records.push(...own)
    const children = Array.from({ length: held + 1 }, () => {
      const child = { place: fields.address(offsetSize), held: fields.number(pointers.count) }
      fields.skip(pointers.total[level - 1] ?? 0)
      return child
    })
    for (const [index, child] of children.entries()) {
      visit(child.place, child.held, level - 1)
      if (own[index]) records.push(own[index])
    }
  }
  if (root !== null && count > 0) visit(root, count, depth)
  return records
}

/** Bytes of the numbers in a pointer: as many as the largest node below needs. */
function pointerSizes(
  nodeSize: number,
  recordSize: number,
  depth: number,
  offsetSize: number,
): { count: number; total: number[] } {
  const overhead = 10
  let most = Math.floor((nodeSize - overhead) / recordSize)
  const count = bytesFor(most)
  const total = [0]
  let below = most
  for (let level = 1; level < depth; level++) {
    const pointer = offsetSize + count + total[level - 1]!
    most = Math.floor((nodeSize - overhead - pointer) / (recordSize + pointer))
    below = (most + 1) * below + most
    total.push(bytesFor(below))
  }
  return { count, total }
}

function bytesFor(limit: number): number {
  return Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1
}
