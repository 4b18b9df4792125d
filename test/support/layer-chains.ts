import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Layer, LayerType, Network, Preprocessing } from '../../src-main/contract/network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { ACTIVATIONS } from '../../src-main/learning/network/layer-configs/arguments.ts'
import { everyLayerNetwork, importedLayersNetwork } from './random-network.ts'
import { transformerNetwork } from './transformer-network.ts'

/** Of what the chains are given: (height, width, channels). */
export const CHAIN_SHAPE = [5, 6, 4]
const PADS = [[1, 1], [0, 1]] // prettier-ignore
type Part = readonly [LayerType, Record<string, unknown>]

/** Layers in a chain; what several formats have no word for. */
const CHAINS: Record<string, readonly Part[]> = {
  groups: [['Conv2D', { filters: 6, kernel_size: [3, 2], strides: 2, groups: 2, padding: 'same' }]],
  'groups with an activation of its own': [
    ['Conv2D', { filters: 4, kernel_size: 3, groups: 4, use_bias: false, activation: 'hard_silu' }],
  ],
  dilation: [
    ['Conv2D', { filters: 4, kernel_size: 2, dilation_rate: [1, 3] }],
    ['DepthwiseConv2D', { kernel_size: 2, dilation_rate: 2, padding: 'same' }],
  ],
  hard_sigmoid: [['Activation', { activation: 'hard_sigmoid' }]],
  'gelu_tanh of a depthwise convolution': [['DepthwiseConv2D', { kernel_size: 3, activation: 'gelu_tanh' }]],
  'leaky_relu, elu, selu, softplus': [
    ['Conv2D', { filters: 3, kernel_size: 1, activation: 'leaky_relu' }],
    ['Activation', { activation: 'elu' }],
    ['Activation', { activation: 'selu' }],
    ['Activation', { activation: 'softplus' }],
  ],
  'ReLU with a slope': [['ReLU', { negative_slope: 0.3 }]],
  'ReLU with a slope and a bound': [['ReLU', { negative_slope: 0.3, max_value: 0.5 }]],
  LeakyReLU: [['LeakyReLU', { negative_slope: 0.1 }]],
  PReLU: [['PReLU', { shared_axes: [1, 2] }]],
  'PReLU, a slope for each value': [['PReLU', {}]],
  Rescaling: [['Rescaling', { scale: 0.5, offset: 2 }]],
  'Rescaling for each channel': [['Rescaling', { scale: [0.5, 1, 2, 3], offset: 2 }]],
  Normalization: [['Normalization', { mean: [0.5, 0.1, 0.2, 0], variance: [4, 1, 2, 0.5] }]],
  LayerScale: [['LayerScale', {}]],
  'LayerScale and Normalization of a vector': [
    ['Flatten', {}],
    ['Normalization', { mean: 0.5, variance: 4 }],
    ['LayerScale', {}],
  ],
  StochasticDepth: [['StochasticDepth', { drop_path_rate: 0.5 }]],
  'max pooling with padding, of what is not negative': [
    ['ReLU', {}],
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: PADS }],
  ],
  'max pooling with the padding of "same"': [
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 1], [0, 1]] }], // prettier-ignore
  ],
  'average pooling with the padding of "same"': [
    ['AveragePooling2D', { pool_size: 2, padding: [[0, 1], [0, 0]] }], // prettier-ignore
  ],
  'poolings that keep their axes': [
    ['GlobalMaxPooling2D', { keepdims: true }],
    ['GlobalAveragePooling2D', { keepdims: true }],
  ],
  'tokens: LayerNormalization and Dense': [
    ['Reshape', { target_shape: [30, 4] }],
    ['LayerNormalization', { epsilon: 1e-6 }],
    ['Dense', { units: 5, activation: 'gelu' }],
    ['LayerNormalization', { center: false }],
    ['LayerScale', {}],
  ],
  'class token, positions, a token': [
    ['Reshape', { target_shape: [30, 4] }],
    ['ClassToken', { tokens: 2 }],
    ['PositionalEmbedding', {}],
    ['Dense', { units: 3 }],
    ['SelectToken', { index: 7 }],
  ],
  'positions of another input size': [
    ['Reshape', { target_shape: [30, 4] }],
    ['PositionalEmbedding', { resized: { prefix: 2, from: [3, 3], to: [4, 7] } }],
  ],
  'attention of several heads': [
    ['Reshape', { target_shape: [30, 4] }],
    ['MultiHeadAttention', { num_heads: 3, key_dim: 5, dropout: 0.1 }],
    ['GlobalAveragePooling1D', {}],
  ],
  'attention of one head without biases': [
    ['Reshape', { target_shape: [30, 4] }],
    ['MultiHeadAttention', { num_heads: 1, key_dim: 2, use_bias: false }],
    ['GlobalAveragePooling1D', { keepdims: true }],
  ],
  'bilinear UpSampling2D': [['UpSampling2D', { size: [3, 2], interpolation: 'bilinear' }]],
  'bilinear UpSampling2D along one axis': [['UpSampling2D', { size: [1, 4], interpolation: 'bilinear' }]],
  'Cropping2D, nearest UpSampling2D, Reshape': [
    ['Cropping2D', { cropping: [[1, 0], [2, 1]] }], // prettier-ignore
    ['UpSampling2D', { size: [2, 3] }],
    ['Reshape', { target_shape: [-1, 4, 9] }],
  ],
}

/** Layers in a chain, then a Dense of three units. */
export function chain(parts: readonly Part[]): Network {
  const layers: Layer[] = [
    { name: 'input', type: 'InputLayer', config: { shape: CHAIN_SHAPE }, inputs: [], block: 'b' },
  ]
  const add = (name: string, [type, config]: Part, inputs = [layers.at(-1)!.name]) =>
    layers.push({ name, type, config, inputs, block: 'b' })
  parts.forEach((part, i) => add(`layer${i}`, part))
  add('flat', ['Flatten', {}])
  add('head', ['Dense', { units: 3 }])
  return { name: 'chain', blocks: [], layers, outputs: ['head'], features: 'flat' }
}

/** A square. */
function squared(): Network {
  const network = chain([['Rescaling', { scale: 2 }], ['Multiply', {}]]) // prettier-ignore
  network.layers[2]!.inputs = ['layer0', 'layer0']
  return network
}

/** Squeeze and excite: a map of one pixel scales all. */
function excited(): Network {
  const network = chain([['GlobalAveragePooling2D', { keepdims: true }], ['Multiply', {}]]) // prettier-ignore
  network.layers[2]!.inputs = ['input', 'layer0']
  return network
}

/** A residual block, a pool and a gate. */
export function residual(): Network {
  const network = chain([
    ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }],
    ['DepthwiseConv2D', { kernel_size: 3, padding: 'same' }],
    ['Add', {}],
    ['MaxPooling2D', { pool_size: 2 }],
    ['Activation', { activation: 'silu' }],
  ])
  network.layers[3]!.inputs = ['layer0', 'layer1']
  return network
}

/** A network of each, by what it is. */
export function chainNetworks(): Record<string, Network> {
  const chains = Object.entries(CHAINS).map(([name, parts]) => [name, chain(parts)] as const)
  return { ...Object.fromEntries(chains), 'squeeze and excite': excited(), 'one input twice': squared() }
}

/** Between them they hold every layer type. */
export const wholeNetworks = (): Record<string, Network> => ({
  'layers of convolution networks': everyLayerNetwork(),
  'layers of imports': importedLayersNetwork(),
  'layers of transformers': transformerNetwork(),
})

/** Those, the chains, every activation, and what some formats of layers cannot hold. */
export const operationNetworks = (): Record<string, Network> => ({
  ...wholeNetworks(),
  ...chainNetworks(),
  ...Object.fromEntries(ACTIVATIONS.map((name) => [name, chain([['Activation', { activation: name }]])])),
  'strides and dilation': chain([['Conv2D', { filters: 2, kernel_size: 2, dilation_rate: 2, strides: 2 }]]),
  'average pooling with padding': chain([
    ['AveragePooling2D', { pool_size: 3, strides: 2, padding: [[1, 0], [1, 1]] }], // prettier-ignore
  ]),
  'max pooling with padding': chain([
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 0], [1, 1]] }], // prettier-ignore
  ]),
  'BatchNormalization behind no kernel': chain([
    ['ReLU', {}],
    ['BatchNormalization', { scale: false }],
    ['BatchNormalization', { center: false }],
  ]),
})

/** A network with seeded weights, as an exporter gets it. */
export function chainModel(network: Network): ExportModel {
  const { weights } = inferNetwork(network)
  const values = new Map(
    weights.map(({ fullName, shape, fanIn }) => {
      const random = seededRandom(1, fullName)
      const draw = fullName.endsWith('variance')
        ? () => random() + 0.2
        : () => ((random() - 0.5) * 3) / Math.sqrt(fanIn)
      return [fullName, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw)]
    }),
  )
  const { shape } = network.layers[0]!.config as { shape: number[] }
  const preprocessing = shape.length === 3 ? picturesOf(shape) : { kind: 'table' as const, columns: [] }
  const heads = [{ name: 'head', column: 'c', type: 'regression' as const, classes: [] }]
  return { network, weights, read: (name) => values.get(name)!, preprocessing, heads }
}

/** Nothing reads how many channels they have. */
function picturesOf([height, width]: readonly number[]): Preprocessing {
  return { kind: 'image', height: height!, width: width!, channels: 3, mean: [0, 0, 0], std: [1, 1, 1], resize: 'cover' } // prettier-ignore
}
