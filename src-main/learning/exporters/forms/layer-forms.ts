import { layerConfig } from '../../network/layer-config.ts'
import { inferLayer } from '../../network/infer.ts'
import { type Form, INPUT } from './rewrite.ts'

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

/** TensorFlow.js leaves a depthwise convolution's dilation out: zeros in its kernel say the same. */
export const dilatedDepthwiseForm: Form = (layer, { shape, read }) => {
  if (layer.type !== 'DepthwiseConv2D' || layer.config['dilation_rate'] === undefined) return null
  const { kernel_size: [height, width], dilation_rate: rate, use_bias: hasBias } = layerConfig(layer, 'DepthwiseConv2D') // prettier-ignore
  const [down, right] = rate ?? [1, 1]
  const size = [(height - 1) * down + 1, (width - 1) * right + 1] as const
  const channels = shape[2]!
  const kernel = read('depthwise_kernel')
  const spread = new Float32Array(size[0] * size[1] * channels)
  for (let i = 0; i < kernel.length; i++) {
    const place = Math.floor(i / channels)
    const [row, column] = [Math.floor(place / width) * down, (place % width) * right]
    spread[(row * size[1] + column) * channels + (i % channels)] = kernel[i]!
  }
  const { dilation_rate: _, ...config } = layer.config
  const weights = { 'spread/depthwise_kernel': spread, ...(hasBias ? { 'spread/bias': read('bias') } : {}) }
  return { steps: [{ name: 'spread', type: 'DepthwiseConv2D', config: { ...config, kernel_size: size } }], weights }
}

/** TensorFlow.js releases an input after its first use: who takes one twice gets a copy. */
export const repeatedInputForm: Form = ({ inputs, type, config }) => {
  const repeated = inputs.flatMap((name, i) => (inputs.indexOf(name) < i ? [i] : []))
  if (repeated.length === 0) return null
  const copies = repeated.map((i) => {
    return { name: `copy${i}`, type: 'Rescaling' as const, config: { scale: 1 }, from: [`${INPUT} ${i}`] }
  })
  const from = inputs.map((_, i) => (repeated.includes(i) ? `copy${i}` : `${INPUT} ${i}`))
  return { steps: [...copies, { name: 'merged', type, config, from }] }
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

/** TensorFlow.js reads pixels of a bilinear up-sampling by k at i / k; Keras and PyTorch at (i + 0.5) / k - 0.5. Those are the means of
 *  windows of 2k, by steps of 2, over each pixel repeated 2k times; "same" padding, which does not count, holds the edges. */
export const upSamplingForm: Form = (layer) => {
  if (layer.type !== 'UpSampling2D' || layer.config['interpolation'] !== 'bilinear') return null
  const window = layerConfig(layer, 'UpSampling2D').size.map((factor) => 2 * factor)
  return {
    steps: [
      { name: 'repeated', type: 'UpSampling2D', config: { size: window } },
      { name: 'means', type: 'AveragePooling2D', config: { pool_size: window, strides: [2, 2], padding: 'same' } },
    ],
  }
}
