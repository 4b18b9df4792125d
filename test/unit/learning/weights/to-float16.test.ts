import { expect, it } from 'vitest'
import { READERS } from '../../../../src-main/learning/weights/dtype.ts'
import { fitsFloat16, float16Bits } from '../../../../src-main/learning/weights/to-float16.ts'

it.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [-0, 0x8000],
  [1 / 3, 0x3555],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [-Infinity, 0xfc00],
  // Ties go to the even neighbour.
  [2049, 0x6800],
  [2051, 0x6802],
  // The smallest normal and subnormal number, half of the latter, and a little more.
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.001, 0x0001],
  [2 ** -14 - 2 ** -26, 0x0400],
])('%d has the bits %i', (value, bits) => {
  expect([...float16Bits(Float32Array.of(value))]).toEqual([bits])
})

it('every float16 comes back as itself', () => {
  const bits = Uint16Array.from({ length: 0x7c00 }, (_, i) => i)
  const view = new DataView(bits.buffer)
  const values = Float32Array.from(bits, (_, i) => READERS.F16(view, 2 * i))
  expect(float16Bits(values)).toEqual(bits)
  expect(float16Bits(Float32Array.of(NaN))[0]! & 0x7fff).toBeGreaterThan(0x7c00)
})

it('says where a number is too large', () => {
  expect(fitsFloat16(Float32Array.of(1, -65504))).toBe(true)
  expect(fitsFloat16(Float32Array.of(1, -65536))).toBe(false)
})
