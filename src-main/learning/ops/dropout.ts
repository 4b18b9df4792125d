import type { Scalar, Tensor, Tf } from '../runtime.ts'
import { statelessUniform } from './stateless-uniform.ts'

/** Inverted dropout: keeps each value with probability 1 - rate and divides it by that. Any shape. Which ones are kept
 *  depends on (seed, step) alone. */
export function dropout(tf: Tf, x: Tensor, rate: number, seed: number, step: Scalar): Tensor {
  if (rate <= 0) return x
  const kept = tf.cast(tf.greaterEqual(statelessUniform(tf, x.shape, seed, step), rate), 'float32')
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)))
}
