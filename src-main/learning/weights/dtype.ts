/** Element types of weights in files, by safetensors' names, with bytes per element. */
export const DTYPES = Object.freeze({
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
})
export type Dtype = keyof typeof DTYPES

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(DTYPES, value)
}

/** Stored elements as float32 numbers: 64-bit ones and large integers are rounded. Bytes are little-endian. */
export function toFloat32(bytes: Uint8Array, dtype: Dtype): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.byteLength / DTYPES[dtype]
  const values = new Float32Array(count)
  if (dtype === 'F32') {
    // One copy: the source may be unaligned.
    new Uint8Array(values.buffer).set(bytes)
    return values
  }
  const read = READERS[dtype]
  for (let index = 0; index < count; index++) values[index] = read(view, index * DTYPES[dtype])
  return values
}

/** The number at a byte, little-endian. */
export const READERS: Readonly<Record<Dtype, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => half(view.getUint16(at, true)),
  BF16: (view, at) => bits(view.getUint16(at, true) << 16),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  I32: (view, at) => view.getInt32(at, true),
  I16: (view, at) => view.getInt16(at, true),
  I8: (view, at) => view.getInt8(at),
  U64: (view, at) => Number(view.getBigUint64(at, true)),
  U32: (view, at) => view.getUint32(at, true),
  U16: (view, at) => view.getUint16(at, true),
  U8: (view, at) => view.getUint8(at),
  BOOL: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
}

const scratch = new DataView(new ArrayBuffer(4))

function bits(value: number): number {
  scratch.setInt32(0, value)
  return scratch.getFloat32(0)
}

/** IEEE 754 half precision. */
function half(value: number): number {
  const sign = value & 0x8000 ? -1 : 1
  const exponent = (value >> 10) & 0x1f
  const fraction = value & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
