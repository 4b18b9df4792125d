import { describe, expect, it } from 'vitest'
import { compareOutputs } from '../../../../src-main/learning/exporters/compare-outputs.ts'
import { exportNetwork } from '../../../../src-main/learning/exporters/export-network.ts'
import { kerasPaths } from '../../../../src-main/learning/exporters/keras-paths.ts'
import { LayerType } from '../../../../src-main/contract/network.ts'
import { toyModel } from '../../../support/toy-model.ts'

const heads = [
  { name: 'a', column: 'a', type: 'classification' as const, classes: ['x', 'y'] },
  { name: 'b', column: 'b', type: 'regression' as const, classes: [] },
]

describe('compareOutputs', () => {
  it('gives the largest difference of all heads, and how often the top class is the same', () => {
    const expected = [[[0.6, 0.4], [0.2, 0.8]], [[1], [2]]] // prettier-ignore
    const received = [[[0.4, 0.6], [0.2, 0.8]], [[1], [2.5]]] // prettier-ignore
    const scaled = [heads[0]!, { ...heads[1]!, scale: { mean: 1, std: 0.5 } }]
    expect(compareOutputs(expected, received, scaled)).toEqual({ maxDifference: 1, sameTop1: 0.5 })
    expect(compareOutputs(expected, expected, heads)).toEqual({ maxDifference: 0, sameTop1: 1 })
  })

  it('measures numbers by the spread of their target, whatever their unit', () => {
    const of = (std: number) => [{ ...heads[1]!, scale: { mean: 0, std } }]
    expect(compareOutputs([[[1e9]]], [[[1e9 + 64]]], of(1)).maxDifference).toBe(64)
    expect(compareOutputs([[[3e5]]], [[[3e5 + 0.03]]], of(1e5)).maxDifference).toBeCloseTo(3e-7, 12)
    expect(compareOutputs([[[2e-6]]], [[[3e-6]]], of(1e-6)).maxDifference).toBeCloseTo(1, 9)
  })

  it('a model that does not tell the spread of its target: by that of the answers, within what 32 bits hold', () => {
    const prices = [[[2e5], [4e5]]]
    expect(compareOutputs(prices, [[[2e5], [4e5 + 0.03]]], [heads[1]!]).maxDifference).toBeCloseTo(3e-7, 12)
    expect(compareOutputs([[[2e-6], [4e-6]]], [[[2e-6], [5e-6]]], [heads[1]!]).maxDifference).toBeCloseTo(1, 9)
    // Neighbours among 32-bit numbers.
    expect(compareOutputs([[[1e9], [1e9]]], [[[1e9], [1e9 + 64]]], [heads[1]!]).maxDifference).toBeLessThan(1e-6)
  })

  it.each([[[]], [[[[0.6]], [[1]]]], [[[[0.6, NaN]], [[1]]]], [[[[0.6, 0.4, 0]], [[1]]]]])(
    'never accepts %j',
    (received) => {
      expect(compareOutputs([[[0.6, 0.4]], [[1]]], received, heads).maxDifference).toBe(Infinity)
    },
  )
})

it('Keras numbers variables per class, by its own snake case', () => {
  // Names as Keras 3.15 writes them into model.weights.h5.
  const snake = [
    'input_layer',
    'conv2d',
    'depthwise_conv2d',
    'dense',
    'batch_normalization',
    'activation',
    're_lu',
    'add',
  ]
  const more = ['concatenate', 'max_pooling2d', 'average_pooling2d', 'global_average_pooling2d', 'zero_padding2d']
  const imported = [
    'multiply',
    'rescaling',
    'normalization',
    'leaky_re_lu',
    'p_re_lu',
    'layer_scale',
    'stochastic_depth',
    'global_max_pooling2d',
    'cropping2d',
    'up_sampling2d',
    'reshape',
    'layer_normalization',
    'multi_head_attention',
    'class_token',
    'positional_embedding',
    'select_token',
    'global_average_pooling1d',
  ]
  const paths = kerasPaths(LayerType.options.map((type) => ({ name: type, type })))
  expect([...paths.values()]).toEqual(
    [...snake, ...more, 'flatten', 'dropout', ...imported].map((name) => `layers/${name}`),
  )
  const twice = kerasPaths(['a', 'b', 'c'].map((name) => ({ name, type: 'Dense' })))
  expect([...twice.values()]).toEqual(['layers/dense', 'layers/dense_1', 'layers/dense_2'])
})

it('classification heads end in a softmax, regression heads as they are', () => {
  const { network } = toyModel({ architecture: 'mlp', size: 8, options: { hidden: '4' } })
  expect(network.outputs).toEqual(['head_kind_softmax', 'head_size'])
  expect(network.layers.at(-1)).toMatchObject({ type: 'Activation', config: { activation: 'softmax' } })
  expect(() => exportNetwork(network, heads.slice(1))).toThrow('1 heads for 2 outputs')
})
