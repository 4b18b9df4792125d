import type { Tensor, Tf } from '../runtime.ts'
import { DT_FLOAT, nativeBackend, typeAttribute } from './native.ts'

/** x + bias over the last axis. Shapes: x (..., C), bias (C). Native: BiasAdd, which TensorFlow's graph optimizer can fuse
 *  into the convolution before it, and BiasAddGrad. */
export function biasAdd(tf: Tf, x: Tensor, bias: Tensor): Tensor {
  const native = nativeBackend(tf)
  if (native === null) return tf.add(x, bias)
  const attributes = [
    typeAttribute(native, 'T', DT_FLOAT),
    { name: 'data_format', type: native.binding.TF_ATTR_STRING, value: 'NHWC' },
  ]
  const fused = tf.customGrad((input, b) => ({
    value: native.executeSingleOutput('BiasAdd', attributes, [input as Tensor, b as Tensor]),
    gradFunc: (dy: Tensor) => [dy.clone(), native.executeSingleOutput('BiasAddGrad', attributes, [dy])],
  }))
  return fused(x, bias)
}
