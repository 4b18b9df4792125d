import type { Scalar, Tensor, Tf } from '../runtime.ts'
import { sigmoidCrossEntropy } from '../ops/sigmoid-cross-entropy.ts'

/** The discriminator's loss when it answers 1/2 for every sample: ln 2. */
export const CONFUSED_LOSS = Math.LN2

/** A domain classifier's loss, the source being 0 and the target 1: the mean over both domains of -log p(domain), each domain counting
 *  half. Logits, (B, 1) or (B), of either domain; the numbers of samples may differ. Ganin et al. 2016, eq. (8); the discriminator's
 *  loss of ADDA, Tzeng et al., CVPR 2017, arXiv 1702.05464, eq. (6). Scalar; ln 2 = .693 when the two cannot be told apart. */
export function domainLoss(tf: Tf, source: Tensor, target: Tensor): Scalar {
  const ofSource = tf.mean(sigmoidCrossEntropy(tf, source, tf.zerosLike(source)))
  const ofTarget = tf.mean(sigmoidCrossEntropy(tf, target, tf.onesLike(target)))
  return tf.mul(tf.add(ofSource, ofTarget), 0.5)
}

/** What the target's encoder minimises in ADDA: -log p(source | target sample), the labels inverted rather than the gradient reversed,
 *  so that it learns fast while the discriminator is still right. Tzeng et al. 2017, eq. (7); the non-saturating loss of Goodfellow et
 *  al. 2014. Logits (B, 1) or (B) of the target. Scalar; ln 2 when the discriminator is confused, large when it is certain. */
export function invertedLabelLoss(tf: Tf, target: Tensor): Scalar {
  return tf.mean(sigmoidCrossEntropy(tf, target, tf.zerosLike(target)))
}

/** Share of samples whose domain is told rightly, each domain counting half; a logit of exactly 0 is taken for the source. */
export function domainAccuracy(tf: Tf, source: Tensor, target: Tensor): Scalar {
  const right = (hits: Tensor) => tf.mean(tf.cast(hits, 'float32'))
  return tf.mul(tf.add(right(tf.lessEqual(source, 0)), right(tf.greater(target, 0))), 0.5)
}
