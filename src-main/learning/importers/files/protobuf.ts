import { brokenFile } from '../refusals.ts'

/** A field of a message in the wire format of Protocol Buffers (encoding guide of protobuf.dev). */
export interface ProtoField {
  readonly number: number
  /** Whether it is a row of bytes: a string, a message or packed numbers, of which there may be none. */
  readonly isBytes: boolean
  /** Of varints, and of numbers of 32 and 64 bits (their bits); 0 for bytes. */
  readonly integer: bigint
  /** Of a string, bytes, a message or packed numbers: a view of the file's; empty for the others. */
  readonly bytes: Uint8Array
}

const NOTHING = new Uint8Array()
const VARINT = 0
const BITS_64 = 1
const BYTES = 2
const BITS_32 = 5

/** The fields of one message, in their order. What is inside a field is read by whoever knows its type, so that no file decides how deep reading
 *  goes. Throws E_MODEL_FILE. */
export function* fieldsOf(bytes: Uint8Array, what: string): Generator<ProtoField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at < bytes.length) {
    const tag = varint(bytes, at, what)
    at = tag.end
    const number = Number(tag.value >> 3n)
    const wire = Number(tag.value & 7n)
    if (number === 0 || number > 2 ** 29) throw broken(what, 'the number of a field', String(number))
    if (wire === VARINT) {
      const { value, end } = varint(bytes, at, what)
      at = end
      yield { number, isBytes: false, integer: value, bytes: NOTHING }
    } else if (wire === BYTES) {
      const { value, end } = varint(bytes, at, what)
      if (value > BigInt(bytes.length - end)) {
        throw broken(what, `a field of at most the ${bytes.length - end} bytes that are left`, `${value} bytes`)
      }
      at = end + Number(value)
      yield { number, isBytes: true, integer: 0n, bytes: bytes.subarray(end, at) }
    } else if (wire === BITS_32 || wire === BITS_64) {
      const size = wire === BITS_32 ? 4 : 8
      if (at + size > bytes.length) throw broken(what, `${size} bytes of a number`, 'the end')
      yield {
        number,
        isBytes: false,
        integer: size === 4 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true),
        bytes: NOTHING,
      }
      at += size
    } else {
      throw broken(what, 'a field of a known kind', `kind ${wire} at byte ${at}`)
    }
  }
}

/** Numbers of one packed field. */
export function packedIntegers(bytes: Uint8Array, what: string): bigint[] {
  const values: bigint[] = []
  for (let at = 0; at < bytes.length;) {
    const { value, end } = varint(bytes, at, what)
    values.push(value)
    at = end
  }
  return values
}

/** Two's complement in 64 bits, as int32 and int64 are written. */
export function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value))
}

export function float32Of(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, Number(BigInt.asUintN(32, bits)))
  return view.getFloat32(0)
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function varint(bytes: Uint8Array, start: number, what: string): { value: bigint; end: number } {
  // Most are short: no BigInt until the end.
  let low = 0
  for (let at = start, shift = 0; at < start + 4 && at < bytes.length; at++, shift += 7) {
    const byte = bytes[at]!
    low |= (byte & 127) << shift
    if (byte < 128) return { value: BigInt(low), end: at + 1 }
  }
  let value = 0n
  for (let at = start, shift = 0n; at < start + 10; at++, shift += 7n) {
    const byte = bytes[at]
    if (byte === undefined) throw broken(what, 'the rest of a number', 'the end')
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return { value: BigInt.asUintN(64, value), end: at + 1 }
  }
  throw broken(what, 'a number of at most ten bytes', `more at byte ${start}`)
}

function broken(what: string, expected: string, received: string): Error {
  return brokenFile(`Expected ${expected} in ${what}. Received: ${received}; it is no ONNX file, cut off or damaged.`)
}
