import type { Tensor, Tensor4D } from '../../lab.ts'
import { ACTIVATION_OPS } from '../ops/activation.ts'
import { biasAdd } from '../ops/bias-add.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, H, W, C) * (kh, kw, C, F) -> (B, H', W', F). `same` is TensorFlow's: what is odd is padded at the end. */
export const conv2d: LayerOp<'Conv2D'> = ({ tf, inputs, weight }, config) => {
  const kernel = weight('kernel') as Tensor4D
  let y: Tensor = tf.conv2d(inputs[0] as Tensor4D, kernel, config.strides, config.padding)
  if (config.use_bias) y = biasAdd(tf, y, weight('bias'))
  return ACTIVATION_OPS[config.activation](tf, y)
}

/** (B, H, W, C) * (kh, kw, C, 1) -> (B, H', W', C).
 */
export const depthwiseConv2d: LayerOp<'DepthwiseConv2D'> = ({ tf, inputs, weight }, config) => {
  const kernel = weight('depthwise_kernel') as Tensor4D
  let y: Tensor = tf.depthwiseConv2d(inputs[0] as Tensor4D, kernel, config.strides, config.padding)
  if (config.use_bias) y = biasAdd(tf, y, weight('bias'))
  return ACTIVATION_OPS[config.activation](tf, y)
}
