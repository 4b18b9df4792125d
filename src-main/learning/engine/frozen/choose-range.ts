import type { CalibratedRange } from '../../../contract/precision.ts'
import type { Observed } from './observe.ts'

/** In words, for the record of a run. */
export const RANGE_METHOD =
  'smallest mean squared error (Nagel et al. 2021, arXiv 2106.08295) within the 99.99th percentile (Wu et al. 2020, arXiv 2004.09602)'

const STEPS = 255
const CANDIDATES = 40
/** The errors of as many numbers are summed for a candidate. */
const MOST_SAMPLES = 8192
/** Of the numbers seen, at each end, what the range need not hold; of fewer than a thousand numbers it holds all. */
const OUTERMOST = 1e-4
const FEW = 1000

/** The range whose 256 steps lose the least: of a number between its ends what rounding does, of one beyond them the distance. Both ends move inwards, one
 *  after the other, in even parts of the logarithm, from the 99.99th percentile on: a few huge numbers do not take the steps of all others. */
export function chooseRange(name: string, observed: Observed): CalibratedRange {
  const { smallest, largest } = observed
  const samples = thinned(observed.samples())
  const [lowest, highest] = [Math.min(samples[0]!, 0), Math.max(samples.at(-1)!, 0)]
  let [low, high] = [lowest, highest]
  for (let round = 0; round < 2; round++) {
    high = best(candidates(highest, samples), (end) => errorOf(samples, low, end))
    low = best(candidates(lowest, samples), (end) => errorOf(samples, end, high))
  }
  return { name, low, high, smallest, largest }
}

function thinned(all: Float32Array): Float32Array {
  const left = all.length < FEW ? 0 : Math.ceil(all.length * OUTERMOST)
  const inner = all.subarray(left, all.length - left)
  const stride = Math.max(1, Math.floor(inner.length / MOST_SAMPLES))
  return inner.filter((_, i) => i % stride === 0 || i === inner.length - 1)
}

/** From the outermost number inwards. */
function candidates(end: number, samples: Float32Array): number[] {
  if (end === 0) return [0]
  const spread = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
  const least = Math.min(Math.abs(end), spread || Math.abs(end))
  const ratio = Math.abs(end) / least
  return Array.from({ length: CANDIDATES + 1 }, (_, i) => end / ratio ** (i / CANDIDATES))
}

function best(values: readonly number[], error: (value: number) => number): number {
  const errors = values.map(error)
  return values[errors.indexOf(Math.min(...errors))]!
}

function errorOf(samples: Float32Array, low: number, high: number): number {
  const step = (high - low) / STEPS
  if (step === 0) return samples.reduce((sum, value) => sum + value * value, 0)
  const zero = Math.round(-low / step)
  let error = 0
  for (const value of samples) {
    const q = Math.min(Math.max(Math.round(value / step) + zero, 0), STEPS)
    error += (value - (q - zero) * step) ** 2
  }
  return error
}
