import { guesses } from './guesses.ts'

/** Logits (n * classes) with their labels. */
export interface LabelledLogits {
  readonly logits: Float32Array
  readonly classes: number
  readonly labels: readonly number[]
  /** How much each row counts; absent: one like the other. */
  readonly weights?: readonly number[]
}

/** Mean negative log likelihood of the labels under softmax(z / T). */
export function negativeLogLikelihood(rows: LabelledLogits, temperature: number): number {
  const { logits, classes, labels, weights } = rows
  let sum = 0
  let counted = 0
  for (let i = 0; i < labels.length; i++) {
    let max = -Infinity
    for (let c = 0; c < classes; c++) max = Math.max(max, logits[i * classes + c]! / temperature)
    let total = 0
    for (let c = 0; c < classes; c++) total += Math.exp(logits[i * classes + c]! / temperature - max)
    const weight = weights?.[i] ?? 1
    sum += weight * (Math.log(total) + max - logits[i * classes + labels[i]!]! / temperature)
    counted += weight
  }
  return sum / counted
}

const LOWEST = 0.05
const HIGHEST = 20
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** Temperature scaling: the one T > 0 for which softmax(z / T) fits the labels of held-out rows best by negative log likelihood. The likelihood
 *  is convex in 1 / T, so a golden-section search over log T in [0.05, 20] finds it. Predicted classes do not change.
 *  Paper: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, arXiv 1706.04599, section 4.2, equation 9. */
export function fitTemperature(rows: LabelledLogits): number {
  if (rows.labels.length === 0) return 1
  const at = (logT: number) => negativeLogLikelihood(rows, Math.exp(logT))
  let [low, high] = [Math.log(LOWEST), Math.log(HIGHEST)]
  let [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [atA, atB] = [at(a), at(b)]
  while (high - low > 1e-6) {
    if (atA <= atB) {
      ;[high, b, atB] = [b, a, atA]
      a = high - GOLDEN * (high - low)
      atA = at(a)
    } else {
      ;[low, a, atA] = [a, b, atB]
      b = low + GOLDEN * (high - low)
      atB = at(b)
    }
  }
  return Math.exp((low + high) / 2)
}

/** Rows whose confidence lies between two bounds. */
export interface ReliabilityBin {
  /** Means over its rows; 0 where it has none. */
  readonly confidence: number
  readonly accuracy: number
  readonly count: number
}

/** The reliability diagram: rows in bins of equal width by the probability of the most probable class. Bin m of M holds ((m - 1) / M, m / M].
 *  Guo et al. 2017, section 2; 15 bins as there. */
export function reliabilityBins(rows: LabelledLogits, temperature = 1, bins = 15): ReliabilityBin[] {
  const found = Array.from({ length: bins }, () => ({ hits: 0, confidence: 0, count: 0 }))
  guesses(rows.logits, rows.classes, temperature).forEach(({ label, confidence }, i) => {
    const bin = found[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!
    if (label === rows.labels[i]) bin.hits += 1
    bin.confidence += confidence
    bin.count += 1
  })
  return found.map(({ hits, confidence, count }) => {
    return count === 0 ? { confidence: 0, accuracy: 0, count } : { confidence: confidence / count, accuracy: hits / count, count } // prettier-ignore
  })
}

/** Expected calibration error: sum over bins of |B| / n * |accuracy(B) - confidence(B)|. Guo et al. 2017, equation 3. */
export function expectedCalibrationError(rows: LabelledLogits, temperature = 1, bins = 15): number {
  const gap = ({ accuracy, confidence, count }: ReliabilityBin) => count * Math.abs(accuracy - confidence)
  const total = reliabilityBins(rows, temperature, bins).reduce((sum, bin) => sum + gap(bin), 0)
  return rows.labels.length === 0 ? 0 : total / rows.labels.length
}
