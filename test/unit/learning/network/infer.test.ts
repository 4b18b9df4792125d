import { describe, expect, it } from 'vitest'
import type { Layer, LayerType, Network } from '../../../../src-main/contract/network.ts'
import { inferLayer, inferNetwork } from '../../../../src-main/learning/network/infer.ts'

const layer = (type: LayerType, config: Record<string, unknown> = {}, inputs = ['x']): Layer => ({
  name: 'layer',
  type,
  config,
  inputs,
  block: 'b',
})

const shape = (type: LayerType, config: Record<string, unknown>, ...inputs: number[][]): number[] =>
  inferLayer(layer(type, config), inputs).outputShape

describe('inferLayer', () => {
  it('follows Keras in sizes: same rounds up, valid counts whole windows', () => {
    expect(shape('Conv2D', { filters: 8, kernel_size: 3, strides: 2, padding: 'same' }, [7, 8, 3])).toEqual([4, 4, 8])
    expect(shape('Conv2D', { filters: 8, kernel_size: [3, 2], strides: 2 }, [7, 8, 3])).toEqual([3, 4, 8])
    expect(shape('DepthwiseConv2D', { kernel_size: 5 }, [9, 5, 4])).toEqual([5, 1, 4])
    expect(shape('MaxPooling2D', {}, [7, 7, 2])).toEqual([3, 3, 2])
    expect(shape('AveragePooling2D', { pool_size: 3, strides: 1, padding: 'same' }, [7, 7, 2])).toEqual([7, 7, 2])
    expect(shape('ZeroPadding2D', { padding: [[0, 1], [2, 3]] }, [4, 4, 1])).toEqual([5, 9, 1]) // prettier-ignore
    expect(shape('ZeroPadding2D', { padding: [1, 2] }, [4, 4, 1])).toEqual([6, 8, 1])
    expect(shape('Flatten', {}, [2, 3, 4])).toEqual([24])
    expect(shape('GlobalAveragePooling2D', {}, [2, 3, 4])).toEqual([4])
    expect(shape('Concatenate', {}, [2, 2, 3], [2, 2, 5])).toEqual([2, 2, 8])
  })

  it('knows tokens: [tokens, features] through attention, embeddings and pooling', () => {
    expect(shape('MultiHeadAttention', { num_heads: 2, key_dim: 4 }, [5, 6])).toEqual([5, 6])
    expect(shape('LayerNormalization', {}, [5, 6])).toEqual([5, 6])
    expect(shape('ClassToken', { tokens: 2 }, [5, 6])).toEqual([7, 6])
    expect(shape('PositionalEmbedding', {}, [5, 6])).toEqual([5, 6])
    expect(shape('SelectToken', { index: 4 }, [5, 6])).toEqual([6])
    expect(shape('GlobalAveragePooling1D', {}, [5, 6])).toEqual([6])
    expect(shape('GlobalAveragePooling1D', { keepdims: true }, [5, 6])).toEqual([1, 6])
    expect(shape('Dot', { axes: 2 }, [5, 6], [4, 6])).toEqual([5, 4])
    expect(shape('Dot', { axes: [2, 1] }, [5, 6], [6, 3])).toEqual([5, 3])
    expect(shape('Dense', { units: 3 }, [5, 6])).toEqual([5, 3])
    expect(shape('Dense', { units: 3 }, [2, 5, 6])).toEqual([2, 5, 3])
    expect(shape('Flatten', {}, [5, 6])).toEqual([30])
    const { weights, multiplyAdds } = inferLayer(layer('MultiHeadAttention', { num_heads: 2, key_dim: 4 }), [[5, 6]])
    expect(weights.map(({ name, shape: size, fanIn, fanOut }) => [name, size, fanIn, fanOut])).toEqual([
      ['query_kernel', [6, 2, 4], 6, 8],
      ['query_bias', [2, 4], 8, 8],
      ['key_kernel', [6, 2, 4], 6, 8],
      ['key_bias', [2, 4], 8, 8],
      ['value_kernel', [6, 2, 4], 6, 8],
      ['value_bias', [2, 4], 8, 8],
      ['attention_output_kernel', [2, 4, 6], 8, 6],
      ['attention_output_bias', [6], 6, 6],
    ])
    expect(multiplyAdds).toBe(5 * 6 * 24 + 2 * 5 * 5 * 8 + 5 * 8 * 6)
    const token = inferLayer(layer('ClassToken', { tokens: 2 }), [[5, 6]]).weights
    expect(token).toEqual([
      { name: 'token', shape: [2, 6], initializer: 'truncatedNormal', fanIn: 6, fanOut: 6, trainable: true },
    ])
  })

  it('lists weights with Keras names, layouts and initial values', () => {
    const conv = inferLayer(layer('Conv2D', { filters: 4, kernel_size: 3 }), [[8, 8, 2]])
    expect(conv.weights).toEqual([
      { name: 'kernel', shape: [3, 3, 2, 4], initializer: 'glorotUniform', fanIn: 18, fanOut: 36, trainable: true },
      { name: 'bias', shape: [4], initializer: 'zeros', fanIn: 4, fanOut: 4, trainable: true },
    ])
    expect(conv.multiplyAdds).toBe(6 * 6 * 4 * 9 * 2)
    const norm = inferLayer(layer('BatchNormalization', { scale: false }), [[8, 8, 2]])
    expect(norm.weights.map((weight) => [weight.name, weight.trainable])).toEqual([
      ['beta', true],
      ['moving_mean', false],
      ['moving_variance', false],
    ])
  })

  it.each([
    ['MultiHeadAttention', { num_heads: 2, key_dim: 4 }, [[4, 4, 2]], /tokens, features/],
    ['MultiHeadAttention', { num_heads: 2, key_dim: 4, value_dim: 8 }, [[4, 2]], /value_dim/],
    ['Dot', { axes: 2 }, [[4, 2], [4, 3]], /agree along the axes/], // prettier-ignore
    ['Dot', { axes: 2 }, [[4, 2], [3, 2, 1]], /tokens, features/], // prettier-ignore
    ['SelectToken', { index: 4 }, [[4, 2]], /at least 5 tokens/],
    ['LayerNormalization', { axis: 1 }, [[4, 2]], /axis/],
    ['Conv2D', { filters: 2, kernel_size: 5 }, [[4, 4, 2]], /at least 5 x 5/],
    ['Conv2D', { kernel_size: 5 }, [[9, 9, 2]], /`filters`/],
    ['Conv2D', { filters: 2, kernel_size: 3, dilation_rate: 2 }, [[4, 9, 2]], /at least 5 x 5/],
    ['Add', {}, [[4, 4, 2], [4, 4, 3]], /equal shape/], // prettier-ignore
    ['Add', {}, [[4]], /two inputs or more/],
    ['BatchNormalization', { axis: 1 }, [[4, 4, 2]], /axis/],
    ['ReLU', { threshold: 0.2 }, [[4]], /threshold/],
  ] as const)('refuses %s %j on %j', (type, config, inputs, message) => {
    const act = (): unknown => inferLayer(layer(type, config), inputs as unknown as number[][])
    expect(act).toThrow(expect.objectContaining({ code: 'E_NETWORK_SHAPE', message: expect.stringMatching(message) }))
  })
})

describe('inferNetwork', () => {
  const network: Network = {
    name: 'tiny',
    blocks: [{ name: 'b', label: 'b' }],
    layers: [
      { name: 'input', type: 'InputLayer', config: { shape: [3] }, inputs: [], block: 'b' },
      { name: 'hidden', type: 'Dense', config: { units: 4 }, inputs: ['input'], block: 'b' },
      { name: 'norm', type: 'BatchNormalization', config: {}, inputs: ['hidden'], block: 'b' },
    ],
    outputs: ['norm'],
    features: 'hidden',
  }

  it('gives facts, shapes and full weight names in order', () => {
    const { facts, shapes, weights } = inferNetwork(network)
    expect(shapes.get('norm')).toEqual([4])
    expect(facts[2]).toEqual({
      name: 'norm',
      outputShape: [4],
      parameters: 16,
      trainableParameters: 8,
      multiplyAdds: 4,
    })
    expect(weights.map((weight) => weight.fullName)).toEqual([
      'hidden/kernel',
      'hidden/bias',
      'norm/gamma',
      'norm/beta',
      'norm/moving_mean',
      'norm/moving_variance',
    ])
  })

  it('refuses a layer twice, an input from later, and an output that is not there', () => {
    const twice = { ...network, layers: [...network.layers, network.layers[1]!] }
    const later = { ...network, layers: [network.layers[0]!, network.layers[2]!] }
    for (const bad of [twice, later, { ...network, outputs: ['gone'] }]) {
      expect(() => inferNetwork(bad)).toThrow(expect.objectContaining({ code: 'E_NETWORK_SHAPE' }))
    }
  })
})
