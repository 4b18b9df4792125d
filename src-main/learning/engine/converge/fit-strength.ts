import { type Evaluation, lbfgsTrials } from '../../probes/lbfgs.ts'
import { penalised } from '../../probes/linear-loss.ts'
import type { HeadSamples } from './head-samples.ts'

export interface FittedHead {
  /** Of standardised features: (D * K) row by row, then the biases, in single precision. */
  readonly parameters: Float32Array
  readonly iterations: number
}

/** Of the penalised mean loss, its largest gradient at the end. Under a weak penalty a small gradient is still far from the minimum: the bound
 *  goes down with it, as far as single precision can follow. */
const toleranceAt = (c: number, count: number): number => Math.max(1e-7, Math.min(1e-5, 0.01 / (c * count)))
const MOST_ITERATIONS = 500

/** Fits a linear head to convergence at one strength of its penalty, C as scikit-learn counts it. `onIteration` sees the mean loss without
 *  the penalty after each iteration.
 *  @param start parameters to begin from */
export async function fitStrength(
  samples: HeadSamples,
  c: number,
  start: Float32Array,
  onIteration: (loss: number, parameters: Float64Array) => void,
): Promise<FittedHead> {
  const { loss, width: outputs, count, weight, means } = samples
  const search = lbfgsTrials(Float64Array.from(start), {
    iterations: MOST_ITERATIONS,
    tolerance: toleranceAt(c, count),
  })
  let next = search.next()
  let plain = 0
  let last: Float64Array = Float64Array.from(start)
  let seen = 0
  while (next.done !== true) {
    const { x, iterations } = next.value
    if (iterations > seen) onIteration(plain, last)
    seen = iterations
    const sum = await samples.evaluate(x)
    plain = sum.value / weight / means
    last = x
    const found: Evaluation = penalised(sum, x, { loss, c, samples: count, weight, outputs })
    next = search.next(found)
  }
  if (next.value.iterations > seen) onIteration(plain, next.value.x)
  return { parameters: Float32Array.from(next.value.x), iterations: next.value.iterations }
}
