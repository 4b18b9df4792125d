import type { Tensor, Tf } from '../runtime.ts'
import { DT_FLOAT, inFewPasses, inGraph, type NativeBackend, nativeBackend, typeAttribute } from './native.ts'

/** Layer normalization. Paper: Ba, Kiros, Hinton 2016, arXiv 1607.06450. y = gamma * (x - mean) / sqrt(biased variance + epsilon)
 *  + beta, mean and variance over the last axis. Shapes: x (..., C), gamma and beta (C). In a graph: oneDNN's kernel, which goes over
 *  x once, where TensorFlow has it. The gradient is written out, because the recorded one would go over x about twice as often. */
export function layerNorm(tf: Tf, x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const run = tf.customGrad((input, scale, shift, save) => {
    const [rows, gamma, beta] = [input, scale, shift] as [Tensor, Tensor, Tensor]
    const keep = save as unknown as (tensors: Tensor[]) => void
    keep([rows, gamma])
    const plain = () => tf.add(tf.mul(standardized(tf, rows, epsilon).normal, gamma), beta)
    const native = nativeBackend(tf)
    const value = native === null ? plain() : inGraph(native, graphOp(native, [rows, gamma, beta], epsilon), plain)
    return {
      value,
      gradFunc: (dy: Tensor, [x, gamma]: Tensor[]) => inFewPasses(tf, x!, () => gradients(tf, dy, x!, gamma!, epsilon)),
    }
  })
  return tf.reshape(run(tf.reshape(x, [-1, gamma.size]), gamma, beta), x.shape)
}

function graphOp(native: NativeBackend, inputs: readonly Tensor[], epsilon: number) {
  const attributes = [
    typeAttribute(native, 'T', DT_FLOAT),
    { name: 'epsilon', type: native.binding.TF_ATTR_FLOAT, value: epsilon },
  ]
  return { op: '_MklLayerNorm', attributes, inputs }
}

/** n = (x - mean) * i with i = 1 / sqrt(variance + epsilon). */
function standardized(tf: Tf, x: Tensor, epsilon: number): { normal: Tensor; inverse: Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))
  return { normal: tf.mul(centred, inverse), inverse }
}

/** With g = dy * gamma: dx = (g - mean(g) - n * mean(g * n)) * i. What the plain form has computed of n and i, the graph does not
 *  compute again. */
function gradients(tf: Tf, dy: Tensor, x: Tensor, gamma: Tensor, epsilon: number): Tensor[] {
  const { normal, inverse } = standardized(tf, x, epsilon)
  const g = tf.mul(dy, gamma)
  const along = tf.mul(normal, tf.mean(tf.mul(g, normal), -1, true))
  const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), along), inverse)
  return [dx, tf.sum(tf.mul(dy, normal), 0), tf.sum(dy, 0)]
}
