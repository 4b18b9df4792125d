import { layerConfig } from '../../network/layer-config.ts'
import type { Form, Rewritten } from './rewrite.ts'

/** x * scale + offset for each channel: a depthwise convolution of one pixel, or, of what is no image, a BatchNormalization with
 *  mean 0 and variance 1. */
function perChannel(scale: Float32Array, offset: Float32Array | null, rank: number): Rewritten {
  const hasOffset = offset !== null
  if (rank === 3) {
    const config = { kernel_size: [1, 1], use_bias: hasOffset }
    const weights = { 'scaled/depthwise_kernel': scale, ...(hasOffset ? { 'scaled/bias': offset } : {}) }
    return { steps: [{ name: 'scaled', type: 'DepthwiseConv2D', config }], weights }
  }
  const config = { center: hasOffset, scale: true, epsilon: SMALL_EPSILON }
  const weights = {
    'scaled/gamma': scale,
    ...(hasOffset ? { 'scaled/beta': offset } : {}),
    'scaled/moving_mean': new Float32Array(scale.length),
    'scaled/moving_variance': new Float32Array(scale.length).fill(1),
  }
  return { steps: [{ name: 'scaled', type: 'BatchNormalization', config }], weights }
}

/** So small that gamma / sqrt(1 + epsilon) is gamma in float32. */
const SMALL_EPSILON = 1e-9

export const layerScaleForm: Form = ({ type }, { shape, read }) =>
  type === 'LayerScale' ? perChannel(read('gamma'), null, shape.length) : null

/** Of each channel, where one number stands for all. */
function spread(values: number | readonly number[], channels: number): number[] {
  const listed = [values].flat()
  return Array.from({ length: channels }, (_, c) => listed[listed.length === 1 ? 0 : c]!)
}

export const normalizationForm: Form = (layer, { shape }) => {
  if (layer.type !== 'Normalization') return null
  const { mean, variance } = layerConfig(layer, 'Normalization')
  const channels = shape.at(-1)!
  const scale = spread(variance, channels).map((value) => 1 / Math.max(Math.sqrt(value), 1e-7))
  const offset = spread(mean, channels).map((value, c) => -value * scale[c]!)
  return perChannel(Float32Array.from(scale), Float32Array.from(offset), shape.length)
}

/** A Rescaling of one number is known everywhere. */
export const rescalingForm: Form = (layer, { shape }) => {
  if (layer.type !== 'Rescaling') return null
  const { scale, offset } = layerConfig(layer, 'Rescaling')
  if (typeof scale === 'number' && typeof offset === 'number') return null
  const channels = shape.at(-1)!
  return perChannel(
    Float32Array.from(spread(scale, channels)),
    Float32Array.from(spread(offset, channels)),
    shape.length,
  )
}
