import { layerConfig } from '../../network/layer-config.ts'
import { inferLayer } from '../../network/infer.ts'
import type { Form } from './rewrite.ts'

/** Keras' own way to drop samples as a whole. */
export const stochasticDepthForm: Form = (layer, { shape }) => {
  if (layer.type !== 'StochasticDepth') return null
  const { drop_path_rate: rate } = layerConfig(layer, 'StochasticDepth')
  return { steps: [{ name: 'drop', type: 'Dropout', config: { rate, noise_shape: [null, ...shape.map(() => 1)] } }] }
}

/** A convolution in groups as one over all channels, with zeros where a filter does not look. */
export const groupsForm: Form = (layer, { shape, read }) => {
  const groups = Number(layer.config['groups'] ?? 1)
  if (layer.type !== 'Conv2D' || groups === 1) return null
  const { kernel_size: [height, width], filters, use_bias: hasBias } = layerConfig(layer, 'Conv2D') // prettier-ignore
  const kernel = read('kernel')
  const channels = shape[2]!
  const [own, made] = [channels / groups, filters / groups]
  const wide = new Float32Array(height * width * channels * filters)
  // [kh, kw, channels / groups, filters] -> [kh, kw, channels, filters]
  for (let i = 0; i < kernel.length; i++) {
    const filter = i % filters
    const row = Math.floor(i / filters)
    const channel = Math.floor(filter / made) * own + (row % own)
    wide[(Math.floor(row / own) * channels + channel) * filters + filter] = kernel[i]!
  }
  const { groups: _, ...config } = layer.config
  const weights = { 'wide/kernel': wide, ...(hasBias ? { 'wide/bias': read('bias') } : {}) }
  return { steps: [{ name: 'wide', type: 'Conv2D', config }], weights }
}

/** What is flat or has an open size is written out: TensorFlow.js takes only more axes than one, and known sizes. */
export const shapeForm: Form = (layer, { shape }) => {
  const step = (target: readonly number[]) => ({
    name: 'shape',
    type: 'Reshape' as const,
    config: { target_shape: target },
  })
  if (layer.type === 'Flatten' && shape.length === 1) return { steps: [step(shape)] }
  const target = layer.type === 'Reshape' ? layerConfig(layer, 'Reshape').target_shape : []
  if (!target.includes(-1)) return null
  const { outputShape } = inferLayer(layer, [[...shape]])
  return { steps: [step(outputShape)] }
}

/** Keras could hold it, but its proof is run by TensorFlow.js. */
export const upSamplingForm: Form = ({ type, config }) =>
  type === 'UpSampling2D' && config['interpolation'] === 'bilinear'
    ? 'TensorFlow.js, which proves what was exported, places the pixels of a bilinear up-sampling differently'
    : null
