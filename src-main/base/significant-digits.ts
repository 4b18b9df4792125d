/** A number with as many digits as its column deserves: `digits` of those that tell its values apart, however far from 0 they lie (1.7e12 that
 *  varies by 1000 keeps its hundreds). */
export function roundToSpread(value: number, spread: number, digits: number): number {
  const common = !(spread > 0) ? 0 : Math.floor(Math.log10(Math.abs(value) / spread))
  return Number(value.toPrecision(Math.min(17, digits + Math.max(0, common))))
}
