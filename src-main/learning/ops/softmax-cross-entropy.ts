import type { Tensor, Tensor1D, Tensor2D, Tf } from '../runtime.ts'
import { DT_FLOAT, nativeBackend, typeAttribute } from './native.ts'

/** Cross entropy of softmax(logits) against target probabilities, one value per sample: -sum_c t_c * log softmax(z)_c.
 *  Shapes: logits (N, C), targets (N, C) with rows that add up to 1, result (N). Stable for large logits. Gradient to the
 *  logits only: softmax(z) - t. */
export function softmaxCrossEntropy(tf: Tf, logits: Tensor2D, targets: Tensor2D): Tensor1D {
  const native = nativeBackend(tf)
  if (native === null) return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)) as Tensor1D
  const type = typeAttribute(native, 'T', DT_FLOAT)
  const fused = tf.customGrad((z, save) => {
    const inputs = [z as Tensor, targets]
    const [loss, gradient] = native.executeMultipleOutputs('SoftmaxCrossEntropyWithLogits', [type], inputs, 2)
    ;(save as (tensors: Tensor[]) => void)([gradient!])
    return {
      value: loss!,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0]!, tf.expandDims(dy, 1)),
    }
  })
  return fused(logits) as Tensor1D
}
