import type { CalibratedRange } from '../../../contract/precision.ts'
import type { Observed } from './observe.ts'

/** In words, for the record of a run. */
export const RANGE_METHOD = 'smallest mean squared error (Nagel et al. 2021, arXiv 2106.08295, section 3.1)'

const STEPS = 255
const CANDIDATES = 40
/** The errors of as many numbers are summed for a candidate. */
const MOST_SAMPLES = 8192

/** The range whose 256 steps lose the least: of a number between its ends what rounding does, of one beyond them the distance. Both ends move from the
 *  smallest and largest number inwards, one after the other, in even parts of the logarithm, so that a few huge numbers do not take the steps of all
 *  others. With scales of its channels the range is that of numbers divided by them.  */
export function chooseRange(name: string, observed: Observed, scales: Float32Array | null): CalibratedRange {
  const [smallest, largest] = [Math.min(...observed.smallest), Math.max(...observed.largest)]
  const all = observed.samples(scales)
  const stride = Math.max(1, Math.floor(all.length / MOST_SAMPLES))
  const samples = all.filter((_, i) => i % stride === 0 || i === all.length - 1)
  const [lowest, highest] = [
    Math.min(scaled(observed.smallest, scales, Math.min), 0),
    Math.max(scaled(observed.largest, scales, Math.max), 0),
  ]
  let [low, high] = [lowest, highest]
  for (let round = 0; round < 2; round++) {
    high = best(candidates(highest, samples), (end) => errorOf(samples, low, end))
    low = best(candidates(lowest, samples), (end) => errorOf(samples, end, high))
  }
  return { name, low, high, smallest, largest }
}

/** The outermost of the channels' ends, each divided by its scale. */
function scaled(ends: Float32Array, scales: Float32Array | null, of: (...values: number[]) => number): number {
  return of(...(scales === null ? ends : ends.map((end, c) => end / scales[c]!)))
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
