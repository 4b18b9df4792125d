import type { Standing } from './descent.ts'

/** Where to begin: where a former head was left, or class by class what it had for them, and 0 for classes that it did not have.
 *  @param last of `before` classes; null: there is none
 *  @returns of the classes `now`: x is ((D + 1) * now.length), the biases behind */
export function startFrom(
  last: Standing | null,
  before: readonly number[],
  now: readonly number[],
  columns: number,
): Standing {
  if (last !== null && before.length === now.length && now.every((each, k) => each === before[k])) return last
  const x = new Float64Array((columns + 1) * now.length)
  if (last === null) return { x, pairs: [], steepest: null }
  now.forEach((label, k) => {
    const old = before.indexOf(label)
    if (old === -1) return
    // The biases are one more row.
    for (let j = 0; j <= columns; j++) x[j * now.length + k] = last.x[j * before.length + old]!
  })
  return { x, pairs: [], steepest: last.steepest }
}
