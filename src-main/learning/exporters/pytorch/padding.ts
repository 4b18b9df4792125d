import type { Pads } from '../../operations/graph.ts'

/** Padding of a module where both sides of each axis are alike, else what F.pad takes before it: (left, right, top, bottom). */
export function sidesOf([rows, columns]: Pads): { own: readonly [number, number]; around: string | null } {
  const isEven = [rows, columns].every(([before, after]) => before === after)
  return isEven ? { own: [rows[0], columns[0]], around: null } : { own: [0, 0], around: aroundOf([rows, columns]) }
}

/** `(left, right, top, bottom)`. */
export const aroundOf = ([rows, columns]: Pads): string => `(${[...columns, ...rows].join(', ')})`
