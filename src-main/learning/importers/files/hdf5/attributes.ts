import { brokenFile, quoted } from '../../refusals.ts'
import { elementCount, readDataspace, readDatatype } from './datatype.ts'
import { Fields } from './fields.ts'
import { fractalHeap } from './fractal-heap.ts'
import { nameRecords } from './name-index.ts'
import { MESSAGE, readMessages } from './object-header.ts'
import type { Hdf5Space } from './superblock.ts'
import { numbersOf, textsOf } from './values.ts'

/** A text or a list of them, or numbers; null: an attribute without a value. */
export type AttributeValue = string | readonly string[] | Float32Array | null

/** The attributes of an object by name; a value is read when it is asked for. */
export function readAttributes(space: Hdf5Space, address: number): Map<string, () => AttributeValue> {
  const found = new Map<string, () => AttributeValue>()
  for (const { type, bytes } of readMessages(space, address)) {
    const parts = type === MESSAGE.attribute ? [bytes] : type === MESSAGE.attributeInfo ? dense(space, bytes) : []
    for (const part of parts) {
      const { name, value } = attributeOf(space, part)
      found.set(name, value)
    }
  }
  return found
}

function dense(space: Hdf5Space, bytes: Uint8Array): Uint8Array[] {
  const fields = new Fields(bytes, 'an attribute info message')
  fields.skip(1)
  const flags = fields.number(1)
  fields.skip(flags & 1 ? 2 : 0)
  const [heap, index] = [fields.address(space.offsetSize), fields.address(space.offsetSize)]
  if (heap === null || index === null) return []
  const read = fractalHeap(space, heap)
  return nameRecords(space, index).map((record) => read(record))
}

/** Section IV.A.2.m. Only version 1 pads its parts. */
function attributeOf(space: Hdf5Space, bytes: Uint8Array): { name: string; value: () => AttributeValue } {
  const fields = new Fields(bytes, 'an attribute')
  const version = fields.number(1)
  const flags = fields.number(1)
  const [nameSize, typeSize, spaceSize] = [fields.number(2), fields.number(2), fields.number(2)]
  if (version === 3) fields.skip(1)
  const padded = (size: number): number => (version === 1 ? Math.ceil(size / 8) * 8 : size)
  const nameBytes = fields.part(padded(nameSize)).subarray(0, Math.max(0, nameSize - 1))
  const name = new TextDecoder().decode(nameBytes)
  const what = `the attribute ${quoted(name)}`
  const typeBytes = fields.part(padded(typeSize))
  const spaceBytes = fields.part(padded(spaceSize))
  const data = fields.part(fields.left)
  const value = (): AttributeValue => {
    if ((flags & 3) !== 0 && version > 1)
      throw brokenFile(`Expected the type of ${what} with it. Received: a reference.`)
    const type = readDatatype({ bytes: typeBytes, isShared: false })
    const shape = readDataspace(spaceBytes, space.lengthSize)
    if (shape === null) return null
    const count = elementCount(shape, what)
    if (count * type.size > data.byteLength)
      throw brokenFile(`Expected ${count} elements in ${what}. Received: ${data.byteLength} bytes.`)
    const stored = data.subarray(0, count * type.size)
    if (type.kind === 'integer' || type.kind === 'float') return numbersOf(stored, type, what)
    const texts = textsOf(space, stored, type, count, what)
    return shape.length === 0 ? (texts[0] ?? '') : texts
  }
  return { name, value }
}
