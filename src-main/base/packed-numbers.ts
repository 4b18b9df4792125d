/** Arrays of numbers as text for a message between processes: base64 of their bytes, little endian as on every platform of Graft. */

export function packNumbers(values: Int16Array | Int32Array | Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

export const unpackInt16 = (text: string): Int16Array => new Int16Array(bytesOf(text))
export const unpackInt32 = (text: string): Int32Array => new Int32Array(bytesOf(text))
export const unpackFloat32 = (text: string): Float32Array => new Float32Array(bytesOf(text))

/** A buffer of their own, which begins where every kind of number may begin. */
function bytesOf(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64')
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
}
