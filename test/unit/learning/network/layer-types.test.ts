import { describe, expect, it } from 'vitest'
import type { LayerType } from '../../../../src-main/contract/network.ts'
import { inferLayer } from '../../../../src-main/learning/network/infer.ts'

const infer = (type: LayerType, config: Record<string, unknown>, ...inputs: number[][]) =>
  inferLayer({ name: 'layer', type, config, inputs: inputs.map((_, i) => `x${i}`), block: 'b' }, inputs)

describe('what each layer type makes of its input', () => {
  it.each<[LayerType, Record<string, unknown>, number[][], number[], number]>([
    // Output shape and multiply-adds for one sample, by hand.
    ['InputLayer', { shape: [4, 5, 3] }, [], [4, 5, 3], 0],
    ['Conv2D', { filters: 4, kernel_size: [3, 2] }, [[8, 9, 5]], [6, 8, 4], 6 * 8 * 4 * 6 * 5],
    ['Conv2D', { filters: 4, kernel_size: 3, strides: [2, 3], padding: 'same' }, [[8, 9, 5]], [4, 3, 4], 48 * 45],
    ['Conv2D', { filters: 1, kernel_size: [8, 9] }, [[8, 9, 5]], [1, 1, 1], 8 * 9 * 5],
    ['DepthwiseConv2D', { kernel_size: [3, 2], strides: [2, 1] }, [[8, 9, 5]], [3, 8, 5], 3 * 8 * 5 * 6],
    ['Dense', { units: 7 }, [[5]], [7], 35],
    ['BatchNormalization', {}, [[4, 5, 3]], [4, 5, 3], 60],
    ['BatchNormalization', { axis: 3 }, [[4, 5, 3]], [4, 5, 3], 60],
    ['BatchNormalization', { axis: [3] }, [[4, 5, 3]], [4, 5, 3], 60],
    ['Activation', { activation: 'tanh' }, [[4, 5, 3]], [4, 5, 3], 0],
    ['ReLU', {}, [[6]], [6], 0],
    ['Add', {}, [[2, 3, 4], [2, 3, 4], [2, 3, 4]], [2, 3, 4], 24], // prettier-ignore
    ['Concatenate', {}, [[2, 3, 4], [2, 3, 1], [2, 3, 2]], [2, 3, 7], 0], // prettier-ignore
    ['Concatenate', { axis: 3 }, [[2, 3, 4], [2, 3, 1]], [2, 3, 5], 0], // prettier-ignore
    ['Concatenate', { axis: 1 }, [[4], [1]], [5], 0],
    ['MaxPooling2D', {}, [[7, 4, 3]], [3, 2, 3], 3 * 2 * 3 * 4],
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: 'same' }, [[7, 4, 3]], [4, 2, 3], 4 * 2 * 3 * 9],
    ['AveragePooling2D', { pool_size: [2, 4] }, [[7, 4, 3]], [3, 1, 3], 3 * 3 * 8],
    ['GlobalAveragePooling2D', {}, [[4, 5, 3]], [3], 60],
    ['ZeroPadding2D', {}, [[4, 5, 3]], [6, 7, 3], 0],
    ['ZeroPadding2D', { padding: 2 }, [[4, 5, 3]], [8, 9, 3], 0],
    ['ZeroPadding2D', { padding: [[1, 2], [3, 4]] }, [[4, 5, 3]], [7, 12, 3], 0], // prettier-ignore
    ['Flatten', {}, [[4, 5, 3]], [60], 0],
    ['Flatten', {}, [[4]], [4], 0],
    ['Dropout', {}, [[4, 5, 3]], [4, 5, 3], 0],
  ])('%s %j on %j', (type, config, inputs, outputShape, multiplyAdds) => {
    expect(infer(type, config, ...inputs)).toMatchObject({ outputShape, multiplyAdds })
  })
})

describe('weights', () => {
  const weightsOf = (type: LayerType, config: Record<string, unknown>, input: number[]) =>
    infer(type, config, input).weights
  const bias = (size: number) => ({ name: 'bias', shape: [size], initializer: 'zeros', fanIn: size, fanOut: size, trainable: true }) // prettier-ignore

  it('of a convolution: a kernel per filter over all channels', () => {
    expect(
      weightsOf('Conv2D', { filters: 4, kernel_size: [3, 2], kernel_initializer: 'he_normal' }, [8, 9, 5]),
    ).toEqual([
      { name: 'kernel', shape: [3, 2, 5, 4], initializer: 'heNormal', fanIn: 30, fanOut: 24, trainable: true },
      bias(4),
    ])
    expect(weightsOf('Conv2D', { filters: 4, kernel_size: 1, use_bias: false }, [8, 9, 5])).toHaveLength(1)
  })

  it('of a convolution of one filter per channel', () => {
    const config = { kernel_size: [3, 2], depthwise_initializer: 'he_uniform' }
    expect(weightsOf('DepthwiseConv2D', config, [8, 9, 5])).toEqual([
      { name: 'depthwise_kernel', shape: [3, 2, 5, 1], initializer: 'heUniform', fanIn: 6, fanOut: 6, trainable: true },
      bias(5),
    ])
    expect(weightsOf('DepthwiseConv2D', { kernel_size: 1, use_bias: false }, [8, 9, 5])).toHaveLength(1)
  })

  it('of a dense layer', () => {
    expect(weightsOf('Dense', { units: 7, kernel_initializer: 'zeros' }, [5])).toEqual([
      { name: 'kernel', shape: [5, 7], initializer: 'zeros', fanIn: 5, fanOut: 7, trainable: true },
      bias(7),
    ])
    expect(weightsOf('Dense', { units: 7, use_bias: false }, [5])).toHaveLength(1)
    expect(weightsOf('Dense', { units: 7, kernel_initializer: 'ones' }, [5])[0]!.initializer).toBe('ones')
    expect(weightsOf('Dense', { units: 7 }, [5])[0]!.initializer).toBe('glorotUniform')
  })

  it('of a BatchNormalization: per channel; moving averages do not learn', () => {
    const vector = (name: string, initializer: string, trainable: boolean) => ({ name, shape: [3], initializer, fanIn: 3, fanOut: 3, trainable }) // prettier-ignore
    const moving = [vector('moving_mean', 'zeros', false), vector('moving_variance', 'ones', false)]
    expect(weightsOf('BatchNormalization', {}, [4, 5, 3])).toEqual([
      vector('gamma', 'ones', true),
      vector('beta', 'zeros', true),
      ...moving,
    ])
    expect(weightsOf('BatchNormalization', { scale: false, center: false }, [4, 5, 3])).toEqual(moving)
    expect(weightsOf('BatchNormalization', { gamma_initializer: 'zeros', center: false }, [4, 5, 3])[0]).toEqual(
      vector('gamma', 'zeros', true),
    )
  })

  it.each<[LayerType, Record<string, unknown>, number[][]]>([
    ['InputLayer', { shape: [3] }, []],
    ['ReLU', {}, [[3]]],
    ['Add', {}, [[3], [3]]],
    ['Concatenate', {}, [[3], [3]]],
    ['MaxPooling2D', {}, [[4, 4, 1]]],
    ['AveragePooling2D', {}, [[4, 4, 1]]],
    ['GlobalAveragePooling2D', {}, [[4, 4, 1]]],
    ['ZeroPadding2D', {}, [[4, 4, 1]]],
    ['Flatten', {}, [[4, 4, 1]]],
    ['Activation', { activation: 'relu' }, [[3]]],
    ['Dropout', {}, [[3]]],
  ])('of %s: none', (type, config, inputs) => {
    expect(infer(type, config, ...inputs).weights).toEqual([])
  })
})

describe('what does not fit', () => {
  it.each<[LayerType, Record<string, unknown>, number[][], string]>([
    ['InputLayer', { shape: [3] }, [[3]], 'no input. Received: [3]'],
    ['ReLU', {}, [], 'one input. Received: no input'],
    ['ReLU', {}, [[3], [4, 5]], 'one input. Received: [3], [4, 5]'],
    ['Add', {}, [[3]], 'two inputs or more. Received: [3]'],
    ['Conv2D', { filters: 1, kernel_size: 1 }, [[3]], 'a spatial input [height, width, channels]. Received: [3]'],
    ['ZeroPadding2D', {}, [[3]], 'a spatial input [height, width, channels]. Received: [3]'],
    ['GlobalAveragePooling2D', {}, [[3]], 'a spatial input [height, width, channels]. Received: [3]'],
    [
      'Conv2D',
      { filters: 1, kernel_size: [4, 1] },
      [[3, 3, 1]],
      'an input of at least 4 x 1 pixels. Received: [3, 3, 1]',
    ],
    ['DepthwiseConv2D', { kernel_size: [1, 4] }, [[3, 3, 1]], 'an input of at least 1 x 4 pixels. Received: [3, 3, 1]'],
    ['MaxPooling2D', { pool_size: 4 }, [[3, 9, 1]], 'an input of at least 4 x 4 pixels. Received: [3, 9, 1]'],
    ['BatchNormalization', { axis: 2 }, [[2, 2, 3]], 'axis to be the last one (-1). Received: [2, 2, 3]'],
    ['BatchNormalization', { axis: [1] }, [[2, 2, 3]], 'axis to be the last one (-1). Received: [2, 2, 3]'],
    ['Add', {}, [[2, 2, 3], [2, 2, 1]], 'inputs of equal shape. Received: [2, 2, 3], [2, 2, 1]'], // prettier-ignore
    ['Add', {}, [[1], [1], [2]], 'inputs of equal shape. Received: [1], [1], [2]'], // prettier-ignore
    ['Concatenate', { axis: 1 }, [[2, 2, 3], [2, 2, 1]], 'axis to be the last one (-1). Received: [2, 2, 3], [2, 2, 1]'], // prettier-ignore
    ['Concatenate', {}, [[2, 2, 3], [2, 1, 3]], 'inputs that are equal in all but the last axis. Received: [2, 2, 3], [2, 1, 3]'], // prettier-ignore
  ])('%s %j on %j', (type, config, inputs, message) => {
    expect(() => infer(type, config, ...inputs)).toThrow(
      expect.objectContaining({
        code: 'E_NETWORK_SHAPE',
        message: `Layer "layer" (${type}) expected ${message}.`,
        fix: 'Change the layer or what it is connected to.',
        details: { layer: 'layer' },
      }),
    )
  })
})
