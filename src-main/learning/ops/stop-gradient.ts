import type { Tensor, Tf } from '../runtime.ts'

/** The same values, through which no gradient flows: what it is made from does not learn from what follows. Any shape. */
export function stopGradient(tf: Tf, x: Tensor): Tensor {
  const stop = tf.customGrad((input) => ({
    value: tf.clone(input as Tensor),
    gradFunc: (dy: Tensor) => tf.zerosLike(dy),
  }))
  return stop(x)
}
