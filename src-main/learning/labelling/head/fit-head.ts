import { lbfgs } from '../../probes/lbfgs.ts'
import type { Tensor, Tensor2D } from '../../runtime.ts'
import type { Desk } from '../desk.ts'
import { featureScale } from '../features/feature-scale.ts'
import { gatheredRows } from '../features/gathered-rows.ts'
import { headTensors } from './head-tensors.ts'

export interface HeadTask {
  readonly rows: ArrayLike<number>
  /** Output of each of these rows, 0..outputs-1. */
  readonly targets: Int32Array
  readonly outputs: number
  /** Where to begin: ((D + 1) * outputs). */
  readonly start: Float64Array
  /** By `desk.now()`: the best parameters until then are returned. */
  readonly until: number
}

export interface FittedHead {
  readonly parameters: Float64Array
  readonly isConverged: boolean
}

/** Ends when no gradient entry is larger. */
const TOLERANCE = 2e-5
const MOST_ITERATIONS = 1000

/** Inverse strength of the penalty for D features. A Gaussian prior of variance C on the weights gives scores on standardised features a
 *  variance of C * D: with C = 32 / D a score is within about 6 of 0 before any label is seen, enough to be sure of a class, whatever the
 *  number of features is. */
export const strengthFor = (columns: number): number => 32 / columns

/** Multinomial logistic regression on standardised features: mean cross-entropy + |W|^2 / (2 C N), the bias without a penalty, as
 *  scikit-learn's LogisticRegression; L-BFGS from `start`, in single precision, until the gradient is small or the time is used. Convex:
 *  once converged, nothing depends on the start. */
export function fitHead(desk: Desk, task: HeadTask): FittedHead {
  const { tf, features, now } = desk
  const { rows, targets, outputs, until } = task
  const held = gatheredRows(tf, features, rows)
  const expected = tf.tidy(() => tf.oneHot(tf.tensor1d(targets, 'int32'), outputs).toFloat() as Tensor2D)
  let lowest = Infinity
  let best = task.start
  const penalty = 1 / (strengthFor(features.columns) * rows.length)
  const objective = (parameters: Float64Array) => {
    if (lowest < Infinity && now() >= until) throw new OutOfTime()
    desk.signal.throwIfAborted()
    const { value, gradient } = crossEntropy(desk, held, expected, parameters)
    let total = value
    for (let i = 0; i < features.columns * outputs; i++) {
      total += (penalty / 2) * parameters[i]! ** 2
      gradient[i]! += penalty * parameters[i]!
    }
    if (total < lowest) [lowest, best] = [total, parameters]
    return { value: total, gradient }
  }
  try {
    const { x, iterations } = lbfgs(objective, task.start, { iterations: MOST_ITERATIONS, tolerance: TOLERANCE })
    return { parameters: x, isConverged: iterations < MOST_ITERATIONS }
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error
    return { parameters: best, isConverged: false }
  } finally {
    tf.dispose(expected)
    held.dispose()
  }
}

class OutOfTime extends Error {}

/** Mean over the rows, and its gradient by the parameters of standardised features. */
function crossEntropy(
  desk: Desk,
  rows: ReturnType<typeof gatheredRows>,
  expected: Tensor2D,
  parameters: Float64Array,
): { value: number; gradient: Float64Array } {
  const { tf } = desk
  const scale = featureScale(desk)
  const [count, outputs] = expected.shape
  const columns = scale.mean.length
  const { weights, bias } = headTensors(tf, parameters, scale, outputs)
  const gradient = new Float64Array(parameters.length)
  let value = 0
  rows.forEach((block, from) => {
    const results = tf.tidy((): Tensor[] => {
      const own = tf.slice(expected, from, block.shape[0])
      const logs = tf.logSoftmax(tf.add(tf.matMul(block, weights), bias))
      const error = tf.sub(tf.exp(logs), own) as Tensor2D
      return [tf.sum(tf.mul(own, logs)), tf.matMul(block, error, true), tf.sum(error, 0)]
    })
    const [sum, ofWeights, ofBias] = results.map((each) => each.dataSync())
    tf.dispose(results)
    value -= sum![0]! / count
    for (let at = 0; at < columns * outputs; at++) gradient[at]! += ofWeights![at]! / count
    for (let k = 0; k < outputs; k++) gradient[columns * outputs + k]! += ofBias![k]! / count
  })
  tf.dispose([weights, bias])
  for (let j = 0, at = 0; j < columns; j++) {
    for (let k = 0; k < outputs; k++, at++)
      gradient[at] = scale.factor[j]! * (gradient[at]! - scale.mean[j]! * gradient[columns * outputs + k]!)
  }
  return { value, gradient }
}
