import type { Scalar, Tensor1D, Tensor2D, Tf } from '../runtime.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'

/** Loss of one head on one batch. `weights` (B) is 0 where the label is missing; with class weights it is the weight of
 *  the sample's class; null: every sample counts alike. Returns the weighted mean over labelled samples, a scalar; 0 when none is labelled. */
export type HeadLoss = (tf: Tf, outputs: Tensor2D, targets: Tensor2D | Tensor1D, weights: Tensor1D | null) => Scalar

export function weightedMean(tf: Tf, losses: Tensor1D, weights: Tensor1D | null): Scalar {
  if (weights === null) return tf.mean(losses)
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.maximum(tf.sum(weights), 1e-12))
}

/** Cross entropy on logits. Outputs (B, C), targets one-hot (B, C), weights (B). As PyTorch's cross_entropy with class
 *  weights: the sum of weighted losses over the sum of weights. */
export const classificationLoss: HeadLoss = (tf, outputs, targets, weights) =>
  weightedMean(tf, softmaxCrossEntropy(tf, outputs, targets as Tensor2D), weights)

/** Squared error on standardised targets, so that its size is that of other heads'. Outputs (B, 1), targets (B), both in
 *  standard deviations of the train split. */
export const regressionLoss: HeadLoss = (tf, outputs, targets, weights) =>
  weightedMean(tf, tf.square(tf.sub(tf.squeeze(outputs, [1]), targets as Tensor1D)) as Tensor1D, weights)
