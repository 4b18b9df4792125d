import { upSampleBilinear, upSampleNearest } from '../../../ops/up-sample.ts'
import type { Tensor4D } from '../../../runtime.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, H, W, C) -> (B, top + H + bottom, left + W + right, C). */
export const zeroPadding2d: LayerOp<'ZeroPadding2D'> = ({ tf, inputs }, { padding }) =>
  tf.pad4d(inputs[0] as Tensor4D, [[0, 0], padding[0], padding[1], [0, 0]])

/** (B, top + H + bottom, left + W + right, C) -> (B, H, W, C). */
export const cropping2d: LayerOp<'Cropping2D'> = ({ tf, inputs }, { cropping: [[top, bottom], [left, right]] }) => {
  const x = inputs[0] as Tensor4D
  const [batch, height, width, channels] = x.shape
  return tf.slice4d(x, [0, top, left, 0], [batch, height - top - bottom, width - left - right, channels])
}

/** (B, H, W, C) -> (B, height H, width W, C). */
export const upSampling2d: LayerOp<'UpSampling2D'> = ({ tf, inputs }, { size, interpolation }) =>
  (interpolation === 'nearest' ? upSampleNearest : upSampleBilinear)(tf, inputs[0] as Tensor4D, size)

/** (B, ...) -> (B, F), channels last running fastest. */
export const flatten: LayerOp<'Flatten'> = ({ tf, inputs }) => tf.reshape(inputs[0]!, [inputs[0]!.shape[0]!, -1])

/** (B, ...) -> (B, target_shape). */
export const reshape: LayerOp<'Reshape'> = ({ tf, inputs }, { target_shape: target }) =>
  tf.reshape(inputs[0]!, [inputs[0]!.shape[0]!, ...target])
