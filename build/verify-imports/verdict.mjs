/** What the issue of exactness asks of float32. */
export const GOAL = 1e-4
/** A network is not held to more digits than its own program has: some multiply the rounding of their input. */
const TIMES_OWN = 10

/** What of a comparison is further off than it may be, in words. */
export function faults(found) {
  const most = Math.max(GOAL, TIMES_OWN * found.ownOutputs)
  const plain = ['logits', 'features', 'inner', 'loss'].map((name) => [name, most])
  const step = [
    ['weights', Math.max(GOAL, TIMES_OWN * found.ownWeights)],
    ['change', Math.max(GOAL, TIMES_OWN * found.ownChange)],
  ]
  const far = [...plain, ...step].flatMap(([name, limit]) =>
    found[name] === undefined || found[name] <= limit ? [] : [`${name} ${Number(found[name]).toExponential(1)}`],
  )
  return [...far, ...found.others]
}
