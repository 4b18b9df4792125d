import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import type { Scalar, Tensor1D, Tensor2D, Tf } from '../runtime.ts'
import { classificationLoss } from './loss.ts'

/** One batch of a head as distillation sees it. */
export interface DistillationBatch {
  /** The student's raw outputs, (B, C). */
  readonly logits: Tensor2D
  /** The teacher's softened probabilities, (B, C); rows add up to 1. Constant. */
  readonly soft: Tensor2D
  /** One-hot labels, (B, C); rows without a label are zero. */
  readonly target: Tensor2D
  /** (B): 0 where the label is missing; null: all are 1. */
  readonly weight: Tensor1D | null
}

export interface DistillationSettings {
  /** T of both softmaxes. */
  readonly temperature: number
  /** a: weight of the cross entropy with the labels, 0..1. The soft loss has 1 - a. Some libraries name the opposite alpha. */
  readonly hardLossWeight: number
}

/** p log p is 0 at p = 0; the smallest float32 numbers stand in for it there. */
const TINY = 1e-37

/** The soft loss, T^2 * mean_i KL(p_i || softmax(z_i / T)), p = the teacher's softened probabilities.
 *  Paper: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015, arXiv 1503.02531, section 2: gradients scale as
 *  1 / T^2, so the loss is multiplied by T^2, which keeps the balance of hard and soft loss when T changes. KL is the
 *  cross entropy without the teacher's entropy, a constant: the gradient to z, T (softmax(z / T) - p) / B, is the same,
 *  and 0 means that the student answers as the teacher does. Mean over samples, not over classes.
 *  Shapes: logits (B, C), soft (B, C); returns a scalar. */
export function softLoss(tf: Tf, logits: Tensor2D, soft: Tensor2D, temperature: number): Scalar {
  const cooled: Tensor2D = temperature === 1 ? logits : tf.div(logits, temperature)
  const crossEntropy = softmaxCrossEntropy(tf, cooled, soft)
  const negativeEntropy = tf.sum(tf.mul(soft, tf.log(tf.maximum(soft, TINY))), 1)
  return tf.mul(tf.mean(tf.add(crossEntropy, negativeEntropy)), temperature ** 2)
}

/** a * CE(y, softmax(z)) + (1 - a) * T^2 * mean KL(p || softmax(z / T)): the hard loss at T = 1, over the labelled samples of the
 *  batch; the soft one over all of them. Paper as above. A term of weight 0 is not computed: a = 0 needs no label. */
export function distillationLoss(
  tf: Tf,
  { logits, soft, target, weight }: DistillationBatch,
  { temperature, hardLossWeight }: DistillationSettings,
): Scalar {
  if (hardLossWeight === 1) return classificationLoss(tf, logits, target, weight)
  const softPart: Scalar = tf.mul(softLoss(tf, logits, soft, temperature), 1 - hardLossWeight)
  if (hardLossWeight === 0) return softPart
  return tf.add(softPart, tf.mul(classificationLoss(tf, logits, target, weight), hardLossWeight))
}

/** Confidence weighted by teacher max (CWTM): sum_i w_i CE(y_i, softmax(z_i)), w_i = max_c p_ic / sum_u max_c p_uc over the batch's labelled
 *  samples. Only the teacher's confidence is passed on, none of its other probabilities.
 *  Paper: Furlanello et al., "Born Again Neural Networks", ICML 2018, arXiv 1805.04770, section 3.2, where the weight stands
 *  in for the factor by which dark knowledge scales a sample's gradient. */
export function confidenceWeightedLoss(tf: Tf, { logits, soft, target, weight }: DistillationBatch): Scalar {
  const confidence: Tensor1D = tf.max(soft, 1)
  return classificationLoss(tf, logits, target, weight === null ? confidence : tf.mul(confidence, weight))
}
