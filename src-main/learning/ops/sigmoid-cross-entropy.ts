import type { Tensor, Tf } from '../runtime.ts'

/** Cross entropy of sigmoid(logits) against target probabilities, one value per number:
 *  max(z, 0) - z t + log(1 + exp(-|z|)), stable for large logits. Any shape, equal for both. Gradient to the logits only:
 *  sigmoid(z) - t; written out, since the derivative of the pieces is not defined at z = 0. */
export function sigmoidCrossEntropy(tf: Tf, logits: Tensor, targets: Tensor): Tensor {
  const loss = tf.customGrad((z, save) => {
    ;(save as (tensors: Tensor[]) => void)([z as Tensor, targets])
    const value = tf.add(
      tf.sub(tf.relu(z as Tensor), tf.mul(z as Tensor, targets)),
      tf.log1p(tf.exp(tf.neg(tf.abs(z as Tensor)))),
    )
    return {
      value,
      gradFunc: (dy: Tensor, [saved, wanted]: Tensor[]) => tf.mul(dy, tf.sub(tf.sigmoid(saved!), wanted!)),
    }
  })
  return loss(logits)
}
