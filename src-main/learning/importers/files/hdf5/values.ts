import { toFloat32 } from '../../../weights/dtype.ts'
import type { Dtype } from '../../../weights/dtype.ts'
import { brokenFile } from '../../refusals.ts'
import type { Datatype } from './datatype.ts'
import { Fields } from './fields.ts'
import type { Hdf5Space } from './superblock.ts'

/** Stored elements as float32. Throws for elements that are no numbers. */
export function numbersOf(bytes: Uint8Array, type: Datatype, what: string): Float32Array {
  if (type.kind !== 'float' && type.kind !== 'integer') {
    throw brokenFile(`Expected numbers in ${what}. Received: ${type.kind === 'other' ? type.name : 'text'}.`)
  }
  return toFloat32(type.isLittle ? bytes : swapped(bytes, type.size), dtypeOf(type))
}

function dtypeOf(type: Datatype & { kind: 'float' | 'integer' }): Dtype {
  if (type.kind === 'float') return type.isBfloat16 ? 'BF16' : `F${(type.size * 8) as 16 | 32 | 64}`
  const bits = (type.size * 8) as 8 | 16 | 32 | 64
  return type.isSigned ? `I${bits}` : `U${bits}`
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += size) {
    for (let place = 0; place < size; place++) out[at + place] = bytes[at + size - 1 - place]!
  }
  return out
}

const MAX_TEXT_BYTES = 64 * 2 ** 20

/** Stored texts: of fixed length, or in global heaps (section III.E). */
export function textsOf(space: Hdf5Space, bytes: Uint8Array, type: Datatype, count: number, what: string): string[] {
  const fields = new Fields(bytes, what)
  if (type.kind === 'text') return Array.from({ length: count }, () => trimmed(fields.part(type.size)))
  if (type.kind !== 'variable text') throw brokenFile(`Expected text in ${what}. Received: ${type.kind}.`)
  return Array.from({ length: count }, () => {
    const length = fields.number(4)
    const address = fields.address(space.offsetSize)
    const index = fields.number(4)
    return length === 0 || address === null ? '' : trimmed(heapObject(space, address, index, what).subarray(0, length))
  })
}

function trimmed(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

function heapObject({ source, lengthSize }: Hdf5Space, address: number, wanted: number, what: string): Uint8Array {
  const head = new Fields(source.read(address, 8 + lengthSize, what), what)
  head.signature('GCOL')
  head.skip(4)
  const size = head.number(lengthSize)
  if (size > MAX_TEXT_BYTES) throw brokenFile(`Expected ${what} of at most ${MAX_TEXT_BYTES} bytes. Received: ${size}.`)
  const fields = new Fields(source.read(address, size, what), what)
  fields.skip(8 + lengthSize)
  while (fields.left >= 8 + lengthSize) {
    const index = fields.number(2)
    fields.skip(6)
    const length = fields.number(lengthSize)
    if (index === 0) break
    const object = fields.part(length)
    if (index === wanted) return object
    fields.skip(Math.min(fields.left, Math.ceil(length / 8) * 8 - length))
  }
  throw brokenFile(`Expected text ${wanted} of ${what} in its heap. Received: none of that number.`)
}
