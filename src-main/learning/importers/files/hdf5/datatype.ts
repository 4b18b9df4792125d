import { brokenFile } from '../../refusals.ts'
import type { Message } from './object-header.ts'
import { Fields } from './fields.ts'

/** What an element is (section IV.A.2.d). */
export type Datatype =
  | { readonly kind: 'integer'; readonly size: number; readonly isLittle: boolean; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly size: 2 | 4 | 8; readonly isLittle: boolean; readonly isBfloat16: boolean }
  | { readonly kind: 'text'; readonly size: number }
  /** The text stands in a heap; the element says where. */
  | { readonly kind: 'variable text'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly name: string }

const CLASSES = ['integer', 'float', 'time', 'string', 'bit field', 'opaque', 'compound', 'reference', 'enumeration', 'variable length', 'array'] // prettier-ignore

export function readDatatype({ bytes, isShared }: Pick<Message, 'bytes' | 'isShared'>): Datatype {
  if (isShared) return { kind: 'other', size: 0, name: 'named type' }
  const fields = new Fields(bytes, 'a datatype')
  const type = fields.number(1) & 15
  const flags = fields.number(1)
  const wide = fields.number(2)
  const size = fields.number(4)
  const isLittle = (flags & 1) === 0
  if (type === 0 && [1, 2, 4, 8].includes(size)) return { kind: 'integer', size, isLittle, isSigned: (flags & 8) !== 0 }
  if (type === 1 && (size === 2 || size === 4 || size === 8) && (flags & 64) === 0) {
    fields.skip(5)
    const exponentBits = fields.number(1)
    const isBfloat16 = size === 2 && exponentBits === 8
    const usual = { 2: 5, 4: 8, 8: 11 }[size]
    if (exponentBits === usual || isBfloat16) return { kind: 'float', size, isLittle, isBfloat16 }
  }
  if (type === 3) return { kind: 'text', size }
  if (type === 8) return { kind: 'integer', size, isLittle: true, isSigned: true }
  if (type === 9 && (flags & 15) === 1) return { kind: 'variable text', size }
  return {
    kind: 'other',
    size,
    name: `${CLASSES[type] ?? `class ${type}`} of ${size} bytes${wide > 0 ? ` (${wide})` : ''}`,
  }
}

const MAX_RANK = 32

/** Sizes of the axes: [] is a single value, null is no value at all (section IV.A.2.b). */
export function readDataspace(bytes: Uint8Array, lengthSize: number): number[] | null {
  const fields = new Fields(bytes, 'a dataspace')
  const version = fields.number(1)
  const rank = fields.number(1)
  fields.skip(1)
  if (rank > MAX_RANK) throw brokenFile(`Expected at most ${MAX_RANK} axes. Received: ${rank}.`)
  const isNothing = fields.number(1) === 2 && version === 2
  if (isNothing) return null
  if (version === 1) fields.skip(4)
  return Array.from({ length: rank }, () => fields.number(lengthSize))
}

/** Elements of a shape. Throws E_MODEL_FILE where no memory could hold them. */
export function elementCount(shape: readonly number[], what: string): number {
  const count = shape.reduce((total, size) => total * size, 1)
  if (Number.isSafeInteger(count) && count <= 2 ** 31) return count
  throw brokenFile(`Expected ${what} of at most ${2 ** 31} numbers. Received: shape [${shape.join(', ')}].`)
}
