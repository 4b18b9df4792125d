/** The largest number of float16. */
const LARGEST = 65504

/** Whether no number overflows. */
export function fitsFloat16(values: Float32Array): boolean {
  return values.every((value) => Math.abs(value) <= LARGEST)
}

/** Bits of IEEE 754 binary16, rounded to the nearest, ties to even; beyond the largest they are infinite. */
export function float16Bits(values: Float32Array): Uint16Array {
  const from = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const to = new Uint16Array(values.length)
  for (let i = 0; i < to.length; i++) to[i] = halfOf(from[i]!)
  return to
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15
  const mantissa = bits & 0x7fffff
  if (exponent === 0xff - 127 + 15) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200)
  if (exponent >= 31) return sign | 0x7c00
  if (exponent > 0) return sign | rounded((exponent << 23) | mantissa, 13)
  // Subnormal: the leading one is written out and everything moves to the right.
  return exponent < -10 ? sign : sign | rounded(mantissa | 0x800000, 14 - exponent)
}

/** Without its last bits, rounded; a carry runs into the exponent, as it should. */
function rounded(bits: number, lost: number): number {
  const kept = bits >>> lost
  const rest = bits & ((1 << lost) - 1)
  const half = 1 << (lost - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}
