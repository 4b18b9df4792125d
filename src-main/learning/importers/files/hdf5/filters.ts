import { inflateSync } from 'node:zlib'
import { brokenFile } from '../../refusals.ts'
import { Fields } from './fields.ts'

interface Filter {
  readonly id: number
  readonly values: readonly number[]
}

const DEFLATE = 1
const SHUFFLE = 2
const FLETCHER = 3
const MAX_FILTERS = 32

/** The filters that chunks went through, in the order of writing (section IV.A.2.l). Throws for others than deflate, shuffle and checksums. */
export function readFilters(bytes: Uint8Array): Filter[] {
  const fields = new Fields(bytes, 'a filter pipeline')
  const version = fields.number(1)
  const count = fields.number(1)
  if (count > MAX_FILTERS) throw brokenFile(`Expected at most ${MAX_FILTERS} filters. Received: ${count}.`)
  if (version === 1) fields.skip(6)
  return Array.from({ length: count }, () => {
    const id = fields.number(2)
    const nameLength = version === 1 || id >= 256 ? fields.number(2) : 0
    fields.skip(2)
    const valueCount = fields.number(2)
    fields.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength)
    const values = Array.from({ length: valueCount }, () => fields.number(4))
    if (version === 1 && valueCount % 2 === 1) fields.skip(4)
    if (id === DEFLATE || id === SHUFFLE || id === FLETCHER) return { id, values }
    throw brokenFile(`Expected data compressed by deflate. Received: HDF5 filter ${id}; save the model without it.`)
  })
}

/** The bytes of one chunk as they were before the filters; those of a bit in `mask` were left out for it. */
export function unfilter(
  stored: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  size: number,
  what: string,
): Uint8Array {
  let bytes = stored
  for (let index = filters.length - 1; index >= 0; index--) {
    const filter = filters[index]!
    if ((mask & (1 << index)) !== 0) continue
    if (filter.id === FLETCHER) bytes = checked(bytes, what)
    else if (filter.id === SHUFFLE) bytes = unshuffled(bytes, filter.values[0] ?? 1)
    else bytes = inflated(bytes, size, what)
  }
  if (bytes.byteLength === size) return bytes
  throw brokenFile(`Expected ${size} bytes in ${what}. Received: ${bytes.byteLength}.`)
}

function inflated(bytes: Uint8Array, size: number, what: string): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = inflateSync(bytes, { maxOutputLength: size + 8 })
    return new Uint8Array(buffer, byteOffset, byteLength)
  } catch (error) {
    throw brokenFile(`Expected ${what} to expand to ${size} bytes. Received: ${String(error)}.`, error)
  }
}

/** Byte 0 of all elements, then byte 1 of all, ... */
function unshuffled(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.byteLength / Math.max(1, elementSize))
  const out = bytes.slice()
  for (let place = 0; place < elementSize; place++) {
    for (let index = 0; index < count; index++) out[index * elementSize + place] = bytes[place * count + index]!
  }
  return out
}

/** Fletcher-32 over 16-bit big-endian words, stored behind the data. */
function checked(bytes: Uint8Array, what: string): Uint8Array {
  const data = bytes.subarray(0, Math.max(0, bytes.byteLength - 4))
  let [low, high] = [0, 0]
  for (let at = 0; at < data.byteLength; at += 2) {
    low = (low + data[at]! * 256 + (data[at + 1] ?? 0)) % 65_535
    high = (high + low) % 65_535
  }
  const stored = new Fields(bytes.subarray(data.byteLength), what).number(4)
  // Sums of 0 and of 65,535 are one to the sum, and written either way.
  if ((stored & 0xffff) % 65_535 === low && (stored >>> 16) % 65_535 === high) return data
  throw brokenFile(`The checksum of ${what} does not fit its bytes: the file is damaged.`)
}
