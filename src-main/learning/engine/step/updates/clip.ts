import type { Scalar, Tensor, Tf } from '../../../runtime.ts'

/** Scales gradients down where their norm together is larger than `limit`: g * min(1, limit / (norm + 1e-6)), as PyTorch's
 *  clip_grad_norm_. Paper: Pascanu, Mikolov, Bengio, ICML 2013, arXiv 1211.5063, algorithm 1. Any shapes. */
export function clipByGlobalNorm(tf: Tf, gradients: readonly Tensor[], limit: number): Tensor[] {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)))
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)))
  const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6))) as Scalar
  return gradients.map((gradient) => tf.mul(gradient, factor))
}
