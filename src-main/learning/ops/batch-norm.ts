import type { Tensor, Tensor4D, Tf, Variable } from '../runtime.ts'
import { DT_FLOAT, nativeBackend, typeAttribute, type NativeBackend } from './native.ts'

export interface BatchNormWeights {
  readonly gamma: Tensor
  readonly beta: Tensor
}

/** Moving averages, (C) each, that a training step moves. */
export interface MovingAverages {
  readonly mean: Variable
  readonly variance: Variable
  /** Share of the old average that is kept. */
  readonly momentum: number
}

/** BatchNorm with the statistics of the batch. Paper: Ioffe, Szegedy, ICML 2015, arXiv 1502.03167, algorithm 1.
 *  y = gamma * (x - mean) / sqrt(biased variance + epsilon) + beta, mean and variance over all axes but the last; then
 *  average = momentum * average + (1 - momentum) * statistic. The variance of the moving average is unbiased, as TensorFlow's
 *  fused kernel and PyTorch have it (Keras' unfused path keeps the biased one). Shapes: x (..., C), the rest (C). Gradients flow
 *  to x, gamma and beta through y only. `averages` null: none are moved. */
export function batchNormTraining(
  tf: Tf,
  x: Tensor,
  weights: BatchNormWeights,
  epsilon: number,
  averages: MovingAverages | null,
): Tensor {
  const native = nativeBackend(tf)
  // (..., C) -> (N, 1, 1, C) or unchanged
  const x4 = (x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, x.shape.at(-1)!])) as Tensor4D
  const y =
    native === null ? plain(tf, x4, weights, epsilon, averages) : fused(tf, native, x4, weights, epsilon, averages)
  return x.rank === 4 ? y : tf.reshape(y, x.shape)
}

/** BatchNorm with given averages: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta. Shapes as above. Gradients
 *  flow to x, gamma and beta, never to the averages. */
export function batchNormInference(tf: Tf, x: Tensor, weights: BatchNormWeights & Averages, epsilon: number): Tensor {
  const native = nativeBackend(tf)
  if (native !== null && x.rank === 4) return fusedInference(tf, native, x, weights, epsilon)
  const scale = tf.mul(weights.gamma, tf.rsqrt(tf.add(weights.variance, epsilon)))
  return tf.add(tf.mul(x, scale), tf.sub(weights.beta, tf.mul(weights.mean, scale)))
}

interface Averages {
  readonly mean: Tensor
  readonly variance: Tensor
}

function plain(
  tf: Tf,
  x: Tensor4D,
  { gamma, beta }: BatchNormWeights,
  epsilon: number,
  averages: MovingAverages | null,
): Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  const count = x.size / gamma.size
  const move = (average: Variable, value: Tensor) =>
    average.assign(tf.add(tf.mul(average, averages!.momentum), tf.mul(value, 1 - averages!.momentum)))
  if (averages !== null) {
    move(averages.mean, mean)
    move(averages.variance, tf.mul(variance, count / Math.max(count - 1, 1)))
  }
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta)
}

function attributesOf(native: NativeBackend, epsilon: number, isTraining: boolean) {
  return [
    typeAttribute(native, 'T', DT_FLOAT),
    typeAttribute(native, 'U', DT_FLOAT),
    { name: 'epsilon', type: native.binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'is_training', type: native.binding.TF_ATTR_BOOL, value: isTraining },
    { name: 'data_format', type: native.binding.TF_ATTR_STRING, value: 'NHWC' },
  ]
}

/** FusedBatchNormV3, which moves the averages as well, and its gradient op: 2 native calls in place of about 20
 *  element-wise ones. */
function fused(
  tf: Tf,
  native: NativeBackend,
  x: Tensor4D,
  weights: BatchNormWeights,
  epsilon: number,
  averages: MovingAverages | null,
): Tensor {
  const attributes = attributesOf(native, epsilon, true)
  const momentum = averages?.momentum ?? 0
  const share = { name: 'exponential_avg_factor', type: native.binding.TF_ATTR_FLOAT, value: 1 - momentum }
  // With a factor of 1 the op takes no averages in, and gives the batch's own.
  const [oldMean, oldVariance] =
    averages === null || momentum === 0
      ? [tf.tensor1d([], 'float32'), tf.tensor1d([], 'float32')]
      : [averages.mean, averages.variance]
  const run = tf.customGrad((input, gamma, beta, save) => {
    const inputs = [input as Tensor, gamma as Tensor, beta as Tensor, oldMean, oldVariance]
    const all = native.executeMultipleOutputs('FusedBatchNormV3', [...attributes, share], inputs, 6)
    const [y, mean, variance, ...reserved] = all
    averages?.mean.assign(mean!)
    averages?.variance.assign(variance!)
    ;(save as unknown as (tensors: Tensor[]) => void)([input as Tensor, gamma as Tensor, ...reserved])
    return {
      value: y!,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        native.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
    }
  })
  return run(x, weights.gamma, weights.beta)
}

/** The same ops with the averages given: one pass over x, and one over its gradient. */
function fusedInference(
  tf: Tf,
  native: NativeBackend,
  x: Tensor,
  { mean, variance, ...weights }: BatchNormWeights & Averages,
  epsilon: number,
): Tensor {
  const attributes = attributesOf(native, epsilon, false)
  const run = tf.customGrad((input, gamma, beta, save) => {
    const inputs = [input as Tensor, gamma as Tensor, beta as Tensor, mean, variance]
    const y = native.executeMultipleOutputs('FusedBatchNormV3', attributes, inputs, 6)[0]!
    ;(save as unknown as (tensors: Tensor[]) => void)([input as Tensor, gamma as Tensor, mean, variance])
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const all = [dy, ...saved, tf.tensor1d([], 'float32')]
        return native.executeMultipleOutputs('FusedBatchNormGradV3', attributes, all, 5).slice(0, 3)
      },
    }
  })
  return run(x, weights.gamma, weights.beta)
}
