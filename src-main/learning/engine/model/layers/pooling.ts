import type { Tensor4D } from '../../../runtime.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, H, W, C) -> (B, H', W', C). */
export const maxPooling2d: LayerOp<'MaxPooling2D'> = ({ tf, inputs }, config) =>
  tf.maxPool(inputs[0] as Tensor4D, config.pool_size, config.strides ?? config.pool_size, config.padding)

/** (B, H, W, C) -> (B, H', W', C). With `same`, padding does not count into the average, as in Keras. */
export const averagePooling2d: LayerOp<'AveragePooling2D'> = ({ tf, inputs }, config) =>
  tf.avgPool(inputs[0] as Tensor4D, config.pool_size, config.strides ?? config.pool_size, config.padding)

/** (B, H, W, C) -> (B, C). */
export const globalAveragePooling2d: LayerOp<'GlobalAveragePooling2D'> = ({ tf, inputs }) => tf.mean(inputs[0]!, [1, 2])
