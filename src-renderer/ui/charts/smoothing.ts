/** Exponential moving average whose weight follows the distance in x, corrected for its bias at the start: curves of
 *  different density get the same smoothness. `weight` 0 leaves the curve as it is, values near 1 smooth strongly.
 *  The spacing is measured in thousandths of `range` (the x-axis' length), so the look does not depend on the unit of x.
 *  A value that is not finite is passed through and does not enter the average. */
export function smooth(x: readonly number[], y: readonly number[], weight: number, range = xRange(x)): number[] {
  if (weight <= 0 || y.length < 2) return [...y]
  const scale = range > 0 ? 1000 / range : 0
  const bounded = Math.min(weight, 0.9999)
  let average = 0
  let total = 0
  let previous = x[0] ?? 0
  return y.map((value, index) => {
    if (!Number.isFinite(value)) return value
    const at = x[index] ?? previous
    const decay = index === 0 ? bounded : bounded ** Math.max(scale * (at - previous), 1e-9)
    previous = at
    average = average * decay + value * (1 - decay)
    total = total * decay + (1 - decay)
    return total > 0 ? average / total : value
  })
}

function xRange(x: readonly number[]): number {
  const first = x[0]
  const last = x[x.length - 1]
  return first === undefined || last === undefined ? 0 : last - first
}
