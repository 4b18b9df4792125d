import type { Scalar, Tensor1D, Tensor2D } from '../runtime.ts'
import { type HeadLoss, weightedMean } from './loss.ts'

/** Binary cross entropy of independent tags on logits z: the mean over tags of -(w y log s(z) + (1 - y) log(1 - s(z))), then over samples. As
 *  PyTorch's binary_cross_entropy_with_logits with `pos_weight` w. Outputs (B, T), targets (B, T) in 0..1, weights (B), positive weights
 *  (T; empty: all 1). Computed as (1 - y) z + (1 + (w - 1) y) softplus(-z), which no large logit overflows. */
export function tagsLoss(positiveWeights: readonly number[]): HeadLoss {
  return (tf, outputs, targets, weights): Scalar => {
    const given = targets as Tensor2D
    const missing = tf.mul(tf.sub(1, given), outputs)
    const softplus = tf.softplus(tf.neg(outputs))
    const isPlain = positiveWeights.length === 0
    const added = isPlain ? null : tf.tensor1d(positiveWeights.map((weight) => weight - 1))
    const present = added === null ? softplus : tf.mul(tf.add(1, tf.mul(given, added)), softplus)
    return weightedMean(tf, tf.mean(tf.add(missing, present), 1) as Tensor1D, weights)
  }
}
