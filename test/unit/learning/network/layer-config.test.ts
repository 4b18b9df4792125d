import { describe, expect, it } from 'vitest'
import type { LayerType } from '../../../../src-main/contract/network.ts'
import { layerConfig } from '../../../../src-main/learning/network/layer-config.ts'

const configOf = (type: LayerType, config: Record<string, unknown> = {}): unknown =>
  layerConfig({ name: 'layer', type, config, inputs: [], block: 'b' }, type)

describe('Keras’ defaults', () => {
  it.each<[LayerType, Record<string, unknown>, Record<string, unknown>]>([
    [
      'Conv2D',
      { filters: 2, kernel_size: 3 },
      {
        filters: 2,
        kernel_size: [3, 3],
        strides: [1, 1],
        padding: 'valid',
        use_bias: true,
        activation: 'linear',
        kernel_initializer: 'glorot_uniform',
      },
    ],
    [
      'DepthwiseConv2D',
      { kernel_size: [3, 2] },
      {
        kernel_size: [3, 2],
        strides: [1, 1],
        padding: 'valid',
        use_bias: true,
        activation: 'linear',
        depthwise_initializer: 'glorot_uniform',
      },
    ],
    ['Dense', { units: 2 }, { units: 2, use_bias: true, activation: 'linear', kernel_initializer: 'glorot_uniform' }],
    [
      'BatchNormalization',
      {},
      { axis: -1, momentum: 0.99, epsilon: 0.001, center: true, scale: true, gamma_initializer: 'ones' },
    ],
    ['ReLU', {}, { max_value: null }],
    ['ReLU', { max_value: 6 }, { max_value: 6 }],
    ['Concatenate', {}, { axis: -1 }],
    ['MaxPooling2D', {}, { pool_size: [2, 2], padding: 'valid' }],
    ['AveragePooling2D', { pool_size: 3, strides: 2 }, { pool_size: [3, 3], strides: [2, 2], padding: 'valid' }],
    ['ZeroPadding2D', {}, { padding: [[1, 1], [1, 1]] }], // prettier-ignore
    ['ZeroPadding2D', { padding: [2, 3] }, { padding: [[2, 2], [3, 3]] }], // prettier-ignore
    ['ZeroPadding2D', { padding: [[1, 2], [3, 4]] }, { padding: [[1, 2], [3, 4]] }], // prettier-ignore
    ['Dropout', {}, { rate: 0.5 }],
  ])('%s %j', (type, config, filled) => {
    expect(configOf(type, config)).toEqual(filled)
  })

  it('arguments that do not change what a layer computes are left out', () => {
    expect(configOf('Dropout', { rate: 0.1, trainable: false, dtype: 'float32' })).toEqual({ rate: 0.1 })
  })

  it('arguments that Graft has one value for may say that value', () => {
    const fixed = { data_format: 'channels_last', dilation_rate: 1, groups: 1 }
    expect(configOf('Conv2D', { filters: 1, kernel_size: 1, ...fixed })).toMatchObject({ dilation_rate: [1, 1] })
    expect(configOf('ReLU', { negative_slope: 0, threshold: 0 })).toMatchObject({ threshold: 0 })
  })
})

describe('refused with the argument’s name and what was received', () => {
  const convolution = { filters: 1, kernel_size: 1 }

  it.each<[LayerType, Record<string, unknown>, string, string]>([
    ['Conv2D', { kernel_size: 1 }, 'filters', 'null'],
    ['Conv2D', { ...convolution, filters: 0 }, 'filters', '0'],
    ['Conv2D', { ...convolution, padding: 'causal' }, 'padding', '"causal"'],
    ['Conv2D', { ...convolution, dilation_rate: 0 }, 'dilation_rate', '0'],
    ['Conv2D', { ...convolution, groups: 0 }, 'groups', '0'],
    ['DepthwiseConv2D', { kernel_size: 1, groups: 2 }, 'groups', '2'],
    ['Conv2D', { ...convolution, data_format: 'channels_first' }, 'data_format', '"channels_first"'],
    ['DepthwiseConv2D', { kernel_size: 1, depth_multiplier: 2 }, 'depth_multiplier', '2'],
    ['Activation', { activation: 'swish' }, 'activation', '"swish"'],
    ['ReLU', { max_value: 0 }, 'max_value', '0'],
    ['ReLU', { negative_slope: -0.1 }, 'negative_slope', '-0.1'],
    ['BatchNormalization', { momentum: 1.5 }, 'momentum', '1.5'],
    ['BatchNormalization', { epsilon: 0 }, 'epsilon', '0'],
    ['Dropout', { rate: 1 }, 'rate', '1'],
    ['InputLayer', { shape: [] }, 'shape', '[]'],
    ['GlobalAveragePooling2D', { keepdims: 1 }, 'keepdims', '1'],
  ])('%s %j', (type, config, argument, received) => {
    expect(() => configOf(type, config)).toThrow(
      expect.objectContaining({
        code: 'E_NETWORK_SHAPE',
        message: expect.stringMatching(
          new RegExp(`^Layer "layer" \\(${type}\\) has an unusable argument \`${argument}\`: .+\\. Received: .+\\.$`),
        ) as string,
        fix: `Give ${type} the arguments that Keras gives it.`,
        details: { layer: 'layer', argument },
      }),
    )
    expect(() => configOf(type, config)).toThrow(`Received: ${received}.`)
  })

  it('and with the reason', () => {
    const wrong = () => configOf('Conv2D', { ...convolution, groups: 0 })
    expect(wrong).toThrow('`groups`: Too small: expected number to be >=1. Received: 0.')
  })
})
