import type { Scalar, Tensor, Tf } from '../runtime.ts'
import { statelessUniform } from './stateless-uniform.ts'

/** Inverted dropout: keeps each value with probability 1 - rate and divides it by that. Any shape. Which ones are kept
 *  depends on (seed, step) alone. What shares a place of `noiseShape`, which is 1 along shared axes, is kept or dropped together. */
export function dropout(tf: Tf, x: Tensor, rate: number, seed: number, step: Scalar, noiseShape = x.shape): Tensor {
  if (rate <= 0) return x
  const kept = tf.cast(tf.greaterEqual(statelessUniform(tf, noiseShape, seed, step), rate), 'float32')
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)))
}
