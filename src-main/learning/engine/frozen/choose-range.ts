import type { CalibratedRange } from '../../../contract/precision.ts'
import type { Observed } from './observe.ts'

/** In words, for the record of a run. */
export const RANGE_METHOD =
  'all that was seen, at most twice the 99.99th percentile (after Wu et al. 2020, arXiv 2004.09602); weights rounded together (Frantar et al. 2023, arXiv 2210.17323)'

/** Of the numbers seen, at each end, what may lie far out; of fewer than a thousand numbers none does. */
const OUTERMOST = 1e-4
const FEW = 1000
/** Of the percentile's distance from 0: what lies beyond is cut off. */
const FARTHEST = 2

/** The range that a value's 256 steps span, with 0 in it. All that was seen: the rare large numbers of a layer are what its network answers to, and narrower
 *  ranges with a smaller mean squared error (Nagel et al. 2021, arXiv 2106.08295) made features worse. Only what lies beyond twice the 99.99th percentile is cut off: a few huge
 *  numbers do not take the steps of all others. */
export function chooseRange(
  name: string,
  observed: Pick<Observed, 'smallest' | 'largest' | 'samples' | 'ends'>,
): CalibratedRange {
  const { smallest, largest, samples } = observed
  const isFew = samples < FEW
  const [first, last] = isFew ? [0, 0] : observed.ends(samplesBeyond(samples))
  // A value that is nearly always 0 has no percentile to go by.
  const low = first >= 0 ? smallest : Math.max(smallest, FARTHEST * first)
  const high = last <= 0 ? largest : Math.min(largest, FARTHEST * last)
  return { name, low: Math.min(low, 0), high: Math.max(high, 0), smallest, largest }
}

/** Samples that may lie beyond the percentile at each end. */
export function samplesBeyond(samples: number): number {
  return Math.ceil(samples * OUTERMOST)
}
