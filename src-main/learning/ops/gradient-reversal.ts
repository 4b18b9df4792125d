import type { Scalar, Tensor, Tf } from '../runtime.ts'

/** Gradient reversal: R(x) = x forward, dR/dx = -lambda I backward, so that what follows it is minimised while what comes before it
 *  maximises the same loss, lambda times. Paper: Ganin, Ustinova et al., "Domain-adversarial training of neural networks", JMLR 17
 *  (2016), eq. (17)-(18). Any shape. `lambda` is fed anew each step; it gets no gradient itself. */
export function gradientReversal(tf: Tf, x: Tensor, lambda: Scalar): Tensor {
  const reverse = tf.customGrad((input, save) => {
    ;(save as (tensors: Tensor[]) => void)([lambda])
    const gradFunc = (dy: Tensor, [factor]: Tensor[]) => tf.mul(dy, tf.neg(factor!))
    return { value: tf.clone(input as Tensor), gradFunc }
  })
  return reverse(x)
}
