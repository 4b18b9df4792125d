/** Element types that Graft reads from and writes to safetensors files, with bytes per element. */
export const DTYPES = Object.freeze({ F32: 4, F16: 2, BF16: 2, U8: 1, I32: 4 })
export type Dtype = keyof typeof DTYPES

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(DTYPES, value)
}

/** Widens stored elements to float32 numbers. Bytes are little-endian. */
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
  for (let index = 0; index < count; index++) values[index] = read(view, index)
  return values
}

const READERS: Record<Exclude<Dtype, 'F32'>, (view: DataView, index: number) => number> = {
  U8: (view, index) => view.getUint8(index),
  I32: (view, index) => view.getInt32(index * 4, true),
  BF16: (view, index) => bits(view.getUint16(index * 2, true) << 16),
  F16: (view, index) => half(view.getUint16(index * 2, true)),
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
