/** Units whose mean activation over many samples is below this are off, above one less this are on: they say nothing about a
 *  sample. */
const IDLE = 0.01

export interface HiddenHealth {
  /** Shares of the units, 0..1. */
  readonly off: number
  readonly on: number
}

/** Above this share of idle units a layer has not learnt to describe its input. */
export const IDLE_LIMIT = 0.9

/** Units that are off, or on, for practically every sample. `hidden`: activations in [0, 1], (N, units) in each
 *  batch. */
export function hiddenHealth(hidden: readonly ArrayLike<number>[], units: number): HiddenHealth {
  const sums = new Float64Array(units)
  let count = 0
  for (const batch of hidden) {
    for (let at = 0; at < batch.length; at++) sums[at % units]! += batch[at]!
    count += batch.length / units
  }
  const share = (matches: (mean: number) => boolean) => sums.filter((sum) => matches(sum / count)).length / units
  return { off: share((mean) => mean < IDLE), on: share((mean) => mean > 1 - IDLE) }
}
