import type { Tensor, Tensor4D, Tf } from '../../../runtime.ts'
import { ACTIVATION_OPS } from '../../../ops/activation.ts'
import { groupedConv2d } from '../../../ops/grouped-conv2d.ts'
import { biasAdd } from '../../../ops/bias-add.ts'
import { matMul } from '../../../ops/mat-mul.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, H, W, C) * (kh, kw, C / groups, F) -> (B, H', W', F). `same` is TensorFlow's: what is odd is padded at the end. */
export const conv2d: LayerOp<'Conv2D'> = ({ tf, inputs, weight, isTraining }, config) => {
  const kernel = weight('kernel') as Tensor4D
  const x = inputs[0] as Tensor4D
  const { strides, padding, groups = 1 } = config
  const isPointwise = [...kernel.shape.slice(0, 2), ...strides, groups].every((size) => size === 1)
  let y: Tensor4D
  if (groups > 1) y = groupedConv2d(tf, x, kernel, { groups, strides, padding })
  else y = isTraining && isPointwise ? pointwise(tf, x, kernel) : tf.conv2d(x, kernel, strides, padding)
  if (config.use_bias) y = biasAdd(tf, y, weight('bias')) as Tensor4D
  return ACTIVATION_OPS[config.activation](tf, y)
}

/** A 1x1 convolution is a product of matrices. Its gradients are a tenth faster that way; inference is faster as a convolution,
 *  which TensorFlow joins with what follows. */
function pointwise(tf: Tf, x: Tensor4D, kernel: Tensor4D): Tensor4D {
  const [, , channels, filters] = kernel.shape
  const product = matMul(tf, tf.reshape(x, [-1, channels]), tf.reshape(kernel, [channels, filters]))
  const [batch, height, width] = x.shape
  return tf.reshape(product, [batch, height, width, filters]) as Tensor4D
}

/** (B, H, W, C) * (kh, kw, C, 1) -> (B, H', W', C).
 */
export const depthwiseConv2d: LayerOp<'DepthwiseConv2D'> = ({ tf, inputs, weight }, config) => {
  const kernel = weight('depthwise_kernel') as Tensor4D
  let y: Tensor = tf.depthwiseConv2d(inputs[0] as Tensor4D, kernel, config.strides, config.padding)
  if (config.use_bias) y = biasAdd(tf, y, weight('bias'))
  return ACTIVATION_OPS[config.activation](tf, y)
}
