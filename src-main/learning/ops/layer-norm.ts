import type { Tensor, Tf } from '../runtime.ts'

/** Layer normalization. Paper: Ba, Kiros, Hinton 2016, arXiv 1607.06450. y = gamma * (x - mean) / sqrt(biased variance + epsilon)
 *  + beta, mean and variance over the last axis. Shapes: x (..., C), gamma and beta (C). The gradient is written out, because
 *  the recorded one would go over x about twice as often. */
export function layerNorm(tf: Tf, x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const run = tf.customGrad((input, scale, shift, save) => {
    const centred = tf.sub(input as Tensor, tf.mean(input as Tensor, -1, true))
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))
    const normal = tf.mul(centred, inverse)
    ;(save as unknown as (tensors: Tensor[]) => void)([normal, inverse, scale as Tensor])
    return {
      value: tf.add(tf.mul(normal, scale as Tensor), shift as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(tf, dy, saved as [Tensor, Tensor, Tensor]),
    }
  })
  return run(x, gamma, beta)
}

/** With i = 1 / sqrt(variance + epsilon), n = (x - mean) * i and g = dy * gamma: dx = (g - mean(g) - n * mean(g * n)) * i. */
function gradients(tf: Tf, dy: Tensor, [normal, inverse, gamma]: [Tensor, Tensor, Tensor]): Tensor[] {
  const channels = gamma.size
  const rows = (values: Tensor) => tf.sum(tf.reshape(values, [-1, channels]), 0)
  const g = tf.mul(dy, gamma)
  const along = tf.mul(normal, tf.mean(tf.mul(g, normal), -1, true))
  const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), along), inverse)
  return [dx, rows(tf.mul(dy, normal)), rows(dy)]
}
