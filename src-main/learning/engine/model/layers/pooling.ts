import type { LayerConfig } from '../../../network/layer-config.ts'
import { averagePool, maxPool, type Pool } from '../../../ops/pooling.ts'
import type { Tensor4D } from '../../../runtime.ts'
import type { LayerOp } from './layer-op.ts'

const poolOf = ({ pool_size: size, strides, padding }: LayerConfig<'MaxPooling2D'>): Pool => ({
  size,
  strides: strides ?? size,
  padding,
})

/** (B, H, W, C) -> (B, H', W', C). */
export const maxPooling2d: LayerOp<'MaxPooling2D'> = ({ tf, inputs }, config) =>
  maxPool(tf, inputs[0] as Tensor4D, poolOf(config))

/** (B, H, W, C) -> (B, H', W', C). Padding does not count into the average, as in Keras. */
export const averagePooling2d: LayerOp<'AveragePooling2D'> = ({ tf, inputs }, config) =>
  averagePool(tf, inputs[0] as Tensor4D, poolOf(config))

/** (B, H, W, C) -> (B, C), or (B, 1, 1, C). */
export const globalAveragePooling2d: LayerOp<'GlobalAveragePooling2D'> = ({ tf, inputs }, { keepdims }) =>
  tf.mean(inputs[0]!, [1, 2], keepdims)

/** The same of the largest values. */
export const globalMaxPooling2d: LayerOp<'GlobalMaxPooling2D'> = ({ tf, inputs }, { keepdims }) =>
  tf.max(inputs[0]!, [1, 2], keepdims)
