/** Round values inside of a range, about `count` of them. */
export function roundTicks(from: number, to: number, count: number): number[] {
  const span = to - from
  if (!(span > 0)) return [from]
  const raw = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw * 0.999) ?? raw
  const first = Math.ceil(from / step - 1e-9)
  const ticks: number[] = []
  for (let place = first; place * step <= to + span * 1e-9; place++) ticks.push(Number((place * step).toPrecision(12)))
  return ticks
}

/** What holds all values, with a little room; a share never leaves 0..1. */
export function rangeOf(values: readonly number[], isShare: boolean): { from: number; to: number } {
  const usable = values.filter(Number.isFinite)
  if (usable.length === 0) return { from: 0, to: 1 }
  // Not spread into arguments: a curve may have many thousands of points.
  const low = usable.reduce((a, b) => Math.min(a, b))
  const high = usable.reduce((a, b) => Math.max(a, b))
  const room = (high - low) * 0.06 || Math.abs(high) * 0.05 || 0.05
  return isShare
    ? { from: Math.max(0, low - room), to: Math.min(1, high + room) }
    : { from: low - room, to: high + room }
}
