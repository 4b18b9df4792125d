import type { Tensor, Tensor1D, Tensor2D, Tf } from '../../lab.ts'
import { DT_FLOAT, DT_INT32, nativeBackend, typeAttribute } from './native.ts'

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

/** The same against class numbers: -log softmax(z)_c. Shapes: logits (N, C), classes (N) int32 in 0..C-1, result (N). Rows without a
 *  label are given any class and weight 0 by the caller. */
export function sparseSoftmaxCrossEntropy(tf: Tf, logits: Tensor2D, classes: Tensor1D): Tensor1D {
  const native = nativeBackend(tf)
  if (native === null) return softmaxCrossEntropy(tf, logits, tf.oneHot(classes, logits.shape[1]).toFloat() as Tensor2D)
  const types = [typeAttribute(native, 'T', DT_FLOAT), typeAttribute(native, 'Tlabels', DT_INT32)]
  const fused = tf.customGrad((z, save) => {
    const inputs = [z as Tensor, classes]
    const [loss, gradient] = native.executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', types, inputs, 2)
    ;(save as (tensors: Tensor[]) => void)([gradient!])
    return {
      value: loss!,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0]!, tf.expandDims(dy, 1)),
    }
  })
  return fused(logits) as Tensor1D
}
