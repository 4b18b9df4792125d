import type { TensorScale } from './program-builder.ts'

/** Of what never was anything but 0. */
const NOTHING = 1 / 255

/** The 256 steps of uint8 over a range that has 0 in it: (q - zeroPoint) * scale. 0 itself is exact, as places beyond an edge need it. */
export function tensorScale({ low, high }: { readonly low: number; readonly high: number }): TensorScale {
  const [bottom, top] = [Math.min(low, 0), Math.max(high, 0)]
  const scale = Math.fround((top - bottom) / 255)
  if (!(scale > SMALLEST)) return { scale: Math.fround(NOTHING), zeroPoint: 0 }
  return { scale, zeroPoint: Math.min(Math.max(Math.round(-bottom / scale), 0), 255) }
}

/** Smaller steps have reciprocals and products that float32 does not hold. */
const SMALLEST = 1e-18

/** A real number as the tensor's, without rounding beyond its ends. */
export function quantised(value: number, { scale, zeroPoint }: TensorScale): number {
  return Math.min(Math.max(Math.round(value / scale) + zeroPoint, 0), 255)
}
