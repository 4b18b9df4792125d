import type { TensorScale } from './program-builder.ts'

/** Of what never was anything but 0. */
const NOTHING = 1 / 255

/** The largest number of a tensor. */
export function highestOf({ isWide }: Pick<TensorScale, 'isWide'>): number {
  return isWide === true ? 4095 : 255
}

/** The 256 steps of uint8 over a range that has 0 in it, or 4,096: (q - zeroPoint) * scale. 0 itself is exact, as places beyond an edge need it. */
export function tensorScale(
  { low, high }: { readonly low: number; readonly high: number },
  isWide = false,
): TensorScale {
  const width = isWide ? ({ isWide } as const) : {}
  const highest = highestOf(width)
  const [bottom, top] = [Math.min(low, 0), Math.max(high, 0)]
  const scale = Math.fround((top - bottom) / highest)
  if (!(scale > SMALLEST)) return { scale: Math.fround(NOTHING), zeroPoint: 0, ...width }
  return { scale, zeroPoint: Math.min(Math.max(Math.round(-bottom / scale), 0), highest), ...width }
}

/** Smaller steps have reciprocals and products that float32 does not hold. */
const SMALLEST = 1e-18

/** A real number as the tensor's, without rounding beyond its ends. */
export function quantised(value: number, to: TensorScale): number {
  return Math.min(Math.max(Math.round(value / to.scale) + to.zeroPoint, 0), highestOf(to))
}
