export type WalkKey = 'ArrowRight' | 'ArrowLeft' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

/** Where an arrow leads from a point: the nearest one in that direction (within 45 degrees of it, else anywhere ahead), so that no point is
 *  out of reach; Home and End: the first and the last one. The point itself where nothing lies there. y grows upwards. */
export function walkPoints(
  places: Float32Array,
  from: number | null,
  key: WalkKey,
  counts: (point: number) => boolean,
): number | null {
  const last = places.length / 2 - 1
  if (key === 'End') return find(last, -1, last + 1, counts)
  if (key === 'Home' || from === null || from > last) return find(0, 1, last + 1, counts)
  const isAcross = key === 'ArrowRight' || key === 'ArrowLeft'
  const sign = key === 'ArrowRight' || key === 'ArrowUp' ? 1 : -1
  const [x, y] = [places[2 * from]!, places[2 * from + 1]!]
  let best: number | null = null
  let least = Infinity
  for (let i = 0; i <= last; i++) {
    const [dx, dy] = [places[2 * i]! - x, places[2 * i + 1]! - y]
    const along = sign * (isAcross ? dx : dy)
    const aside = Math.abs(isAcross ? dy : dx)
    // Points in one place follow each other by number, both ways.
    const isTwin = dx === 0 && dy === 0 && sign * (i - from) > 0
    if (!isTwin && along <= 0) continue
    // Beyond 45 degrees it costs more than any point within them.
    const cost = isTwin ? -1 : Math.hypot(along, aside) + (aside > along ? 10 : 0)
    const isFirst = cost < least || (isTwin && sign < 0 && cost === least)
    if (isFirst && counts(i)) {
      best = i
      least = cost
    }
  }
  return best ?? from
}

function find(start: number, step: number, count: number, counts: (point: number) => boolean): number | null {
  for (let i = start; i >= 0 && i < count; i += step) if (counts(i)) return i
  return null
}
