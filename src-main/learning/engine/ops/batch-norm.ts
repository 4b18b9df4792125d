import type { Tensor, Tensor4D, Tf } from '../../lab.ts'
import { DT_FLOAT, nativeBackend, typeAttribute, type NativeBackend } from './native.ts'

export interface BatchNormWeights {
  readonly gamma: Tensor
  readonly beta: Tensor
}

export interface BatchNormResult {
  readonly y: Tensor
  /** Of this batch, for the moving averages; the variance is the unbiased one (divided by n - 1). */
  readonly mean: Tensor
  readonly variance: Tensor
}

/** BatchNorm with the statistics of the batch. Paper: Ioffe, Szegedy, ICML 2015, arXiv 1502.03167, algorithm 1.
 *  y = gamma * (x - mean) / sqrt(biased variance + epsilon) + beta, mean and variance over all axes but the last.
 *  The variance handed back for the moving average is unbiased, as TensorFlow's fused kernel and PyTorch have it (Keras'
 *  unfused path keeps the biased one). Shapes: x (..., C), the rest (C). Gradients flow to x, gamma and beta through y only. */
export function batchNormTraining(tf: Tf, x: Tensor, weights: BatchNormWeights, epsilon: number): BatchNormResult {
  const native = nativeBackend(tf)
  const channels = x.shape.at(-1)!
  // (..., C) -> (N, 1, 1, C) or unchanged
  const x4 = (x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, channels])) as Tensor4D
  const result = native === null ? plain(tf, x4, weights, epsilon) : fused(tf, native, x4, weights, epsilon)
  return { ...result, y: x.rank === 4 ? result.y : tf.reshape(result.y, x.shape) }
}

/** BatchNorm with given averages: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta. Shapes as above. Gradients
 *  flow to x, gamma and beta, never to the averages. */
export function batchNormInference(
  tf: Tf,
  x: Tensor,
  weights: BatchNormWeights & { mean: Tensor; variance: Tensor },
  epsilon: number,
): Tensor {
  const scale = tf.mul(weights.gamma, tf.rsqrt(tf.add(weights.variance, epsilon)))
  return tf.add(tf.mul(x, scale), tf.sub(weights.beta, tf.mul(weights.mean, scale)))
}

function plain(tf: Tf, x: Tensor4D, { gamma, beta }: BatchNormWeights, epsilon: number): BatchNormResult {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  const y = tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta)
  const count = x.size / gamma.size
  return { y, mean, variance: tf.mul(variance, count / Math.max(count - 1, 1)) }
}

function attributesOf(native: NativeBackend, epsilon: number) {
  return [
    typeAttribute(native, 'T', DT_FLOAT),
    typeAttribute(native, 'U', DT_FLOAT),
    { name: 'epsilon', type: native.binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'is_training', type: native.binding.TF_ATTR_BOOL, value: true },
    { name: 'data_format', type: native.binding.TF_ATTR_STRING, value: 'NHWC' },
  ]
}

/** FusedBatchNormV3 and its gradient op: 2 native calls in place of about 20 element-wise ones. */
function fused(tf: Tf, native: NativeBackend, x: Tensor4D, weights: BatchNormWeights, epsilon: number) {
  const attributes = attributesOf(native, epsilon)
  const statistics: Tensor[] = []
  const run = tf.customGrad((input, gamma, beta, save) => {
    const empty = tf.tensor1d([], 'float32')
    const inputs = [input as Tensor, gamma as Tensor, beta as Tensor, empty, empty]
    const [y, mean, variance, ...reserved] = native.executeMultipleOutputs('FusedBatchNormV3', attributes, inputs, 6)
    statistics.push(mean!, variance!)
    ;(save as unknown as (tensors: Tensor[]) => void)([input as Tensor, gamma as Tensor, ...reserved])
    return {
      value: y!,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        native.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
    }
  })
  const y = run(x, weights.gamma, weights.beta)
  return { y, mean: statistics[0]!, variance: statistics[1]! }
}
