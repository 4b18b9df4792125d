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

/** Units that are off, or on, for practically every sample. `hidden`: activations in [0, 1], (N, units). */
export function hiddenHealth(hidden: ArrayLike<number>, units: number): HiddenHealth {
  const sums = new Float64Array(units)
  for (let at = 0; at < hidden.length; at++) sums[at % units]! += hidden[at]!
  const count = hidden.length / units
  const share = (matches: (mean: number) => boolean) => sums.filter((sum) => matches(sum / count)).length / units
  return { off: share((mean) => mean < IDLE), on: share((mean) => mean > 1 - IDLE) }
}
