/** Parameters to begin with: those of a former head, class by class, and 0 for classes that it did not have.
 *  @param last ((D + 1) * before.length), the biases behind; null: there is none
 *  @returns ((D + 1) * now.length) */
export function startFrom(
  last: Float64Array | null,
  before: readonly number[],
  now: readonly number[],
  columns: number,
): Float64Array {
  if (last !== null && before.length === now.length && now.every((each, k) => each === before[k])) return last.slice()
  const start = new Float64Array((columns + 1) * now.length)
  if (last === null) return start
  now.forEach((label, k) => {
    const old = before.indexOf(label)
    if (old === -1) return
    // The biases are one more row.
    for (let j = 0; j <= columns; j++) start[j * now.length + k] = last[j * before.length + old]!
  })
  return start
}
