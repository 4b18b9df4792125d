export interface Scale {
  readonly from: number
  readonly to: number
  readonly log: boolean
}

/** What holds all values, with a little room; `share`: never beyond 0..1. A logarithmic scale takes positive values only. */
export function scaleOf(values: readonly number[], { log = false, share = false } = {}): Scale {
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0))
  if (usable.length === 0) return log ? { from: 1, to: 10, log } : { from: 0, to: 1, log }
  const [low, high] = [Math.min(...usable), Math.max(...usable)]
  if (log) {
    const room = Math.max(1.15, (high / low) ** 0.05)
    return { from: low / room, to: high * room, log }
  }
  const room = (high - low) * 0.06 || Math.abs(high) * 0.05 || 0.05
  const [from, to] = [low - room, high + room]
  return share ? { from: Math.max(0, from), to: Math.min(1, to), log } : { from, to, log }
}

/** Ends of intervals as far as they should stretch a scale: with two or three seeds an interval may be many times as wide as what the
 *  plot is about, and is then cut off at its edge. */
export function intervalEnds(
  intervals: readonly { readonly mean: number; readonly half: number | null }[],
  values: readonly number[],
): number[] {
  const all = [...values, ...intervals.map(({ mean }) => mean)].filter(Number.isFinite)
  const range = Math.max(...all) - Math.min(...all)
  return intervals.flatMap(({ mean, half }) => {
    const reach = Math.min(half ?? 0, range > 0 ? range : Infinity)
    return [mean - reach, mean + reach]
  })
}

/** Place of a value on a scale, 0..1. */
export function placeOn(scale: Scale, value: number): number {
  const { from, to, log } = scale
  if (!log) return (value - from) / (to - from)
  return (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from))
}

/** Round values on a scale, about `count` of them: 1, 2 or 5 times a power of ten. */
export function ticksOf(scale: Scale, count = 5): number[] {
  return scale.log ? logTicks(scale, count) : linearTicks(scale, count)
}

function linearTicks({ from, to }: Scale, count: number): number[] {
  const rough = (to - from) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** As fine as fits: powers of ten, else 1 and 3, else 1, 2 and 5 of each; a span within one power is divided evenly. */
function logTicks(scale: Scale, count: number): number[] {
  const { from, to } = scale
  const within = (factors: readonly number[]): number[] => {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
      for (const factor of factors) {
        const tick = factor * 10 ** power
        if (tick >= from && tick <= to) ticks.push(Number(tick.toPrecision(12)))
      }
    }
    return ticks
  }
  const found = [[1, 2, 5], [1, 3], [1]].map(within)
  const fitting = found.find((ticks) => ticks.length <= count + 1) ?? found[2] ?? []
  return fitting.length >= 2 ? fitting : linearTicks(scale, count)
}

/** Points that no cheaper (or equally cheap) one beats, the cheapest first. */
export function frontierOf<P extends { readonly x: number; readonly y: number }>(
  points: readonly P[],
  higherIsBetter: boolean,
): P[] {
  const sign = higherIsBetter ? 1 : -1
  const sorted = [...points].sort((a, b) => a.x - b.x || sign * (b.y - a.y))
  let best = -Infinity
  return sorted.filter((point) => {
    if (sign * point.y <= best) return false
    best = sign * point.y
    return true
  })
}
