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
    expect(compareOutputs(expected, received, heads)).toEqual({ maxDifference: 0.5, sameTop1: 0.5 })
    expect(compareOutputs(expected, expected, heads)).toEqual({ maxDifference: 0, sameTop1: 1 })
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
  const paths = kerasPaths(LayerType.options.map((type) => ({ name: type, type })))
  expect([...paths.values()]).toEqual([...snake, ...more, 'flatten', 'dropout'].map((name) => `layers/${name}`))
  const twice = kerasPaths(['a', 'b', 'c'].map((name) => ({ name, type: 'Dense' })))
  expect([...twice.values()]).toEqual(['layers/dense', 'layers/dense_1', 'layers/dense_2'])
})

it('classification heads end in a softmax, regression heads as they are', () => {
  const { network } = toyModel({ architecture: 'mlp', size: 8, options: { hidden: '4' } })
  expect(network.outputs).toEqual(['head_kind_softmax', 'head_size'])
  expect(network.layers.at(-1)).toMatchObject({ type: 'Activation', config: { activation: 'softmax' } })
  expect(() => exportNetwork(network, heads.slice(1))).toThrow('1 heads for 2 outputs')
})
