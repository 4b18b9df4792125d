import { transpose } from '../../../importers/torch/transpose.ts'
import { resizePositions } from '../../../weights/resize-positions.ts'
import { call, float, named } from '../python.ts'
import type { TorchLayerOf, TorchTensor } from '../torch-layer.ts'

const PROJECTIONS = ['query', 'key', 'value'] as const

/** Kernels [features, heads, size] -> [heads * size, features], that of the output [heads, size, features] -> [features, heads * size]. */
export const multiHeadAttention: TorchLayerOf<'MultiHeadAttention'> = ({ config, inputs, read }) => {
  const { num_heads: heads, key_dim: size, use_bias: hasBias, dropout } = config
  const features = inputs[0]![1]!
  const inner = heads * size
  const turned = (name: string, weight: string, shape: readonly [number, number]): TorchTensor => {
    return { ...transpose(shape, read(weight).values, [1, 0]), name }
  }
  const flat = (name: string, bias: string): TorchTensor => {
    const { values } = read(bias)
    return { name, shape: [values.length], values }
  }
  const tensors = [
    ...PROJECTIONS.map((part) => turned(`${part}.weight`, `${part}_kernel`, [features, inner])),
    turned('output.weight', 'attention_output_kernel', [inner, features]),
    ...(hasBias ? PROJECTIONS.map((part) => flat(`${part}.bias`, `${part}_bias`)) : []),
    ...(hasBias ? [flat('output.bias', 'attention_output_bias')] : []),
  ]
  const module = call('Attention', [
    `${features}, ${heads}, ${size}`,
    hasBias ? null : 'bias=False',
    named('dropout', float(dropout), '0.0'),
  ])
  return { module, helper: 'Attention', call: (self, x) => `${self}(${x})`, tensors }
}

export const classToken: TorchLayerOf<'ClassToken'> = ({ inputs, config, read }) => ({
  module: `ClassToken(${config.tokens}, ${inputs[0]![1]})`,
  helper: 'ClassToken',
  call: (self, x) => `${self}(${x})`,
  tensors: [read('token')],
})

/** Of the size that the network has, whatever size it was learnt at. */
export const positionalEmbedding: TorchLayerOf<'PositionalEmbedding'> = ({ inputs, config, read }) => {
  const { values } = read('embedding')
  const shape = inputs[0]!
  const own = config.resized === undefined ? values : resizePositions(values, config.resized)
  return {
    module: `PositionalEmbedding(${shape.join(', ')})`,
    helper: 'PositionalEmbedding',
    call: (self, x) => `${self}(${x})`,
    tensors: [{ name: 'embedding', shape, values: own }],
  }
}

export const selectToken: TorchLayerOf<'SelectToken'> = ({ config }) => ({
  call: (_self, x) => `${x}[:, ${config.index}]`,
})

export const dot: TorchLayerOf<'Dot'> = ({ config }) => ({
  call: (_self, a, b) => `${a} @ ${b}${config.axes[1] === 2 ? '.transpose(1, 2)' : ''}`,
})
