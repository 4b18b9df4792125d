import { softmax } from '../../base/softmax.ts'

/** What a classifier says about samples without labels. */
export interface PredictionSummary {
  /** Samples per predicted class. */
  readonly histogram: readonly number[]
  /** exp of the histogram's entropy: how many classes are predicted, as if evenly. 1: all the same. */
  readonly effectiveClasses: number
  /** Mean entropy of the single predictions, in nats. */
  readonly entropy: number
  /** H(mean prediction) - mean H(prediction), in nats, 0..ln C: high when predictions are certain and spread over the classes. */
  readonly informationMaximisation: number
}

/** Logits (n, classes), row by row. The last figure is the unlabelled criterion of Shi and Sha, ICML 2012, arXiv 1206.6438, eq. (3), the
 *  "IM" validator of pytorch-adapt. */
export function summarisePredictions(logits: Float32Array, classes: number): PredictionSummary {
  const count = logits.length / classes
  const histogram = new Array<number>(classes).fill(0)
  const mean = new Float64Array(classes)
  let entropy = 0
  for (let i = 0; i < count; i++) {
    const p = softmax(logits.subarray(i * classes, (i + 1) * classes))
    histogram[p.indexOf(Math.max(...p))]! += 1
    p.forEach((value, c) => (mean[c]! += value / count))
    entropy += entropyOf(p) / count
  }
  return {
    histogram,
    effectiveClasses: effectiveClasses(histogram),
    entropy,
    informationMaximisation: entropyOf(mean) - entropy,
  }
}

/** Share of the way from one class to `expected` classes below which predictions count as collapsed. */
const COLLAPSE_SHARE = 0.25

/** Whether a network that should use about as many effective classes as `expected` now uses one, or nearly so. The discriminator may see
 *  nothing wrong then: the encoder maps every target sample to one spot among those of the source. */
export function isCollapsed(effective: number, expected: number): boolean {
  return effective - 1 < COLLAPSE_SHARE * (expected - 1)
}

/** exp(H) of counts. */
export function effectiveClasses(counts: readonly number[]): number {
  const total = counts.reduce((sum, value) => sum + value, 0)
  return total === 0 ? 1 : Math.exp(entropyOf(counts.map((value) => value / total)))
}

/** Half the sum of absolute differences of two distributions over the same classes, 0..1: the share of samples that would have to
 *  change their class. */
export function totalVariation(a: readonly number[], b: readonly number[]): number {
  const sums = [a, b].map((counts) =>
    Math.max(
      counts.reduce((sum, value) => sum + value, 0),
      1e-12,
    ),
  )
  return a.reduce((sum, value, c) => sum + Math.abs(value / sums[0]! - (b[c] ?? 0) / sums[1]!), 0) / 2
}

function entropyOf(p: Iterable<number>): number {
  return [...p].reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0)
}
