import { openFile } from '../files/byte-source.ts'
import { plainFileBeside } from '../files/plain-file.ts'
import { fieldsOf, packedIntegers, signed, textOf } from '../files/protobuf.ts'
import type { ProtoField } from '../files/protobuf.ts'
import { brokenFile, quoted, unsupported } from '../refusals.ts'
import { DTYPES, READERS, toFloat32 } from '../../weights/dtype.ts'
import type { Dtype } from '../../weights/dtype.ts'
import { sizeOf } from './constant.ts'
import type { Constant, Numbers } from './constant.ts'

export interface StoredTensor extends Constant {
  readonly name: string
}

/** TensorProto.DataType. */
const DATA_TYPES: Readonly<Record<number, Dtype>> = {
  1: 'F32', 2: 'U8', 3: 'I8', 4: 'U16', 5: 'I16', 6: 'I32', 7: 'I64', 9: 'BOOL', 10: 'F16', 11: 'F64', 12: 'U32', 13: 'U64', 16: 'BF16',
} // prettier-ignore
const FLOATS: readonly Dtype[] = ['F64', 'F32', 'F16', 'BF16']
const MAX_RANK = 16

/** A TensorProto. Its numbers are read when they are asked for; external data lies in `folder`. Throws E_MODEL_FILE. */
export function readTensor(bytes: Uint8Array, folder: string): StoredTensor {
  const shape: number[] = []
  const stored: ProtoField[] = []
  const external = new Map<string, string>()
  let [type, name, isExternal] = [0, '', false]
  for (const field of fieldsOf(bytes, 'a tensor')) {
    if (field.number === 1) shape.push(...sizesOf(field))
    else if (field.number === 2) type = signed(field.integer)
    else if (field.number === 8) name = textOf(field.bytes)
    else if (field.number === 13) external.set(...externalEntry(field.bytes))
    else if (field.number === 14) isExternal = field.integer === 1n
    else if ([4, 5, 7, 9, 10, 11].includes(field.number)) stored.push(field)
    if (shape.length > MAX_RANK) throw brokenFile(`Expected a tensor of at most ${MAX_RANK} axes. Received: more.`)
  }
  const what = `tensor ${quoted(name)}`
  const count = sizeOf(shape)
  if (shape.some((size) => size < 0) || !Number.isSafeInteger(count)) {
    throw brokenFile(`Expected a shape of ${what} that memory can hold. Received: [${shape.join(', ')}].`)
  }
  const dtype = DATA_TYPES[type]
  const read = (): Numbers => {
    if (dtype === undefined) throw otherType(what, type)
    if (isExternal) return numbersOf(externalBytes(external, folder, what), dtype, count, what)
    return inlineNumbers(stored, dtype, count, what)
  }
  return { kind: 'constant', name, shape, isInteger: dtype !== undefined && !FLOATS.includes(dtype), read }
}

function sizesOf({ isBytes, integer, bytes }: ProtoField): number[] {
  return (!isBytes ? [integer] : packedIntegers(bytes.subarray(0, 10 * MAX_RANK), 'a shape')).map(signed)
}

/** Raw bytes, or numbers in a field of their type: float_data 4, int32_data 5, int64_data 7, double_data 10, uint64_data 11. */
function inlineNumbers(stored: readonly ProtoField[], dtype: Dtype, count: number, what: string): Numbers {
  const raw = stored.findLast(({ number }) => number === 9)
  if (raw !== undefined) return numbersOf(raw.bytes, dtype, count, what)
  const packed = joined(stored.map((field) => asBytes(field, dtype, what)))
  return numbersOf(packed, dtype, count, what)
}

/** Of one field, as raw data would hold it. */
function asBytes({ number, isBytes, integer, bytes }: ProtoField, dtype: Dtype, what: string): Uint8Array {
  const width = DTYPES[dtype]
  const isFixed = number === 4 || number === 10
  if (isFixed && isBytes) return bytes
  const values = isBytes ? packedIntegers(bytes, what) : [integer]
  const result = new Uint8Array(values.length * width)
  const view = new DataView(result.buffer)
  for (const [index, value] of values.entries()) {
    if (width === 8) view.setBigUint64(8 * index, value, true)
    else if (width === 4) view.setUint32(4 * index, Number(BigInt.asUintN(32, value)), true)
    else if (width === 2) view.setUint16(2 * index, Number(BigInt.asUintN(16, value)), true)
    else view.setUint8(index, Number(BigInt.asUintN(8, value)))
  }
  return result
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  return parts.length === 1 ? first! : Uint8Array.from(Buffer.concat(parts))
}

function numbersOf(bytes: Uint8Array, dtype: Dtype, count: number, what: string): Numbers {
  if (bytes.length !== count * DTYPES[dtype]) {
    throw brokenFile(`Expected ${count * DTYPES[dtype]} bytes of ${what}. Received: ${bytes.length}.`)
  }
  if (FLOATS.includes(dtype)) return toFloat32(bytes, dtype)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float64Array.from({ length: count }, (_, index) => READERS[dtype](view, index * DTYPES[dtype]))
}

function externalEntry(bytes: Uint8Array): [string, string] {
  let [key, value] = ['', '']
  for (const field of fieldsOf(bytes, 'external data')) {
    if (field.number === 1) key = textOf(field.bytes)
    else if (field.number === 2) value = textOf(field.bytes)
  }
  return [key, value]
}

/** Data of large models lies in a file beside them. */
function externalBytes(entries: ReadonlyMap<string, string>, folder: string, what: string): Uint8Array {
  const path = plainFileBeside(folder, entries.get('location'), `external data of ${what}, beside the ONNX file`)
  const file = openFile(path)
  try {
    const offset = Number(entries.get('offset') ?? 0)
    const length = Number(entries.get('length') ?? file.size - offset)
    return file.read(offset, length, `external data of ${what}`)
  } finally {
    file.close()
  }
}

function otherType(what: string, type: number): Error {
  return unsupported(
    `The ${what} holds numbers of ONNX' data type ${type}, which Graft does not read.`,
    'Export the model with weights in float32 or float16, not quantised.',
  )
}
