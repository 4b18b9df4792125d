import type { Tensor, Tensor2D } from '../../runtime.ts'
import type { LabellerContext } from '../labeller-context.ts'
import { featureScale } from '../features/feature-scale.ts'
import { gatheredRows } from '../features/gathered-rows.ts'
import { descend, type Descent, type Standing } from './descent.ts'
import { headTensors } from './head-tensors.ts'

export interface HeadTask {
  readonly rows: ArrayLike<number>
  /** Output of each of these rows, 0..outputs-1. */
  readonly targets: Int32Array
  readonly outputs: number
  /** Where to go on: x is ((D + 1) * outputs). */
  readonly from: Standing
  /** By performance.now(). */
  readonly until: number
}

/** Ends when no gradient entry is larger. */
const TOLERANCE = 5e-6

/** C: inverse strength of the penalty. Weights with a Gaussian prior of variance C give scores on rows of length 1 a variance of C: before
 *  any label is seen a score is within about 8 of 0, enough to be sure of a class. On standardised features this is scikit-learn's
 *  C = 64 / D. */
export const STRENGTH = 64

/** Multinomial logistic regression on features that are standardised, then scaled (features/feature-scale.ts): mean cross-entropy + |W|^2 / (2 C N), the bias without a penalty, as
 *  scikit-learn's LogisticRegression; L-BFGS, in single precision, until the gradient is small or the time is used. Convex:
 *  once converged, nothing depends on the start. */
export function fitHead(context: LabellerContext, { rows, targets, outputs, from, until }: HeadTask): Descent {
  const { tf, features } = context
  const held = gatheredRows(tf, features, rows)
  const expected = tf.tidy(() => tf.oneHot(tf.tensor1d(targets, 'int32'), outputs).toFloat() as Tensor2D)
  const penalty = 1 / (STRENGTH * rows.length)
  const objective = (parameters: Float64Array) => {
    context.signal.throwIfAborted()
    const { value, gradient } = crossEntropy(context, held, expected, parameters)
    let total = value
    for (let i = 0; i < features.columns * outputs; i++) {
      total += (penalty / 2) * parameters[i]! ** 2
      gradient[i]! += penalty * parameters[i]!
    }
    return { value: total, gradient }
  }
  try {
    return descend(objective, from, { tolerance: TOLERANCE, until })
  } finally {
    tf.dispose(expected)
    held.dispose()
  }
}

/** Mean over the rows, and its gradient by the parameters of scaled features. */
function crossEntropy(
  context: LabellerContext,
  rows: ReturnType<typeof gatheredRows>,
  expected: Tensor2D,
  parameters: Float64Array,
): { value: number; gradient: Float64Array } {
  const { tf } = context
  const scale = featureScale(context)
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
