import { describe, expect, it } from 'vitest'
import { addConvolution, addDepthwise, networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'

describe('a network, layer by layer', () => {
  it('begins with its input; each layer reads the last one unless told otherwise, and belongs to the last block', () => {
    const net = networkBuilder('net', [4])
    expect(net.add('a', 'Dense', { units: 4 })).toBe('a')
    net.block('body', 'The body')
    net.add('b', 'ReLU')
    expect(net.last()).toBe('b')
    net.add('c', 'Add', {}, ['a', 'b'])
    expect(net.finish('b')).toEqual({
      name: 'net',
      blocks: [
        { name: 'input', label: 'Input' },
        { name: 'body', label: 'The body' },
      ],
      layers: [
        { name: 'input', type: 'InputLayer', config: { shape: [4] }, inputs: [], block: 'input' },
        { name: 'a', type: 'Dense', config: { units: 4 }, inputs: ['input'], block: 'input' },
        { name: 'b', type: 'ReLU', config: {}, inputs: ['a'], block: 'body' },
        { name: 'c', type: 'Add', config: {}, inputs: ['a', 'b'], block: 'body' },
      ],
      outputs: ['c'],
      features: 'b',
    })
    expect(net.finish('b', ['a', 'c']).outputs).toEqual(['a', 'c'])
  })
})

describe('a convolution with its BatchNormalization', () => {
  const added = (add: (net: ReturnType<typeof networkBuilder>) => string) => {
    const net = networkBuilder('net', [8, 8, 3])
    const end = add(net)
    const layers = net.finish(end).layers.slice(1)
    expect(layers.at(-1)!.name).toBe(end)
    return layers.map(({ name, type, config }) => ({ name, type, config }))
  }
  const normal = { epsilon: 1e-5, momentum: 0.9 }

  it('has no bias, and an activation after it', () => {
    expect(added((net) => addConvolution(net, 'x', { filters: 4, kernel: 3, activation: 'relu', ...normal }))).toEqual([
      {
        name: 'x',
        type: 'Conv2D',
        config: {
          filters: 4,
          kernel_size: [3, 3],
          strides: [1, 1],
          padding: 'same',
          use_bias: false,
          kernel_initializer: 'he_normal',
        },
      },
      { name: 'x_bn', type: 'BatchNormalization', config: normal },
      { name: 'x_relu', type: 'ReLU', config: {} },
    ])
  })

  it('takes stride and padding; ReLU6 ends at 6', () => {
    const options = { filters: 4, kernel: 5, stride: 2, padding: 'valid', activation: 'relu6', ...normal } as const
    const [convolution, , activation] = added((net) => addConvolution(net, 'x', options))
    expect(convolution!.config).toMatchObject({ kernel_size: [5, 5], strides: [2, 2], padding: 'valid' })
    expect(activation).toEqual({ name: 'x_relu', type: 'ReLU', config: { max_value: 6 } })
  })

  it('ends with the BatchNormalization where no activation is wanted', () => {
    const layers = added((net) => addConvolution(net, 'x', { filters: 4, kernel: 1, activation: 'none', ...normal }))
    expect(layers.map(({ name }) => name)).toEqual(['x', 'x_bn'])
  })

  it('of one filter per channel, the same', () => {
    expect(added((net) => addDepthwise(net, 'x', { kernel: 3, activation: 'none', ...normal }))).toEqual([
      {
        name: 'x',
        type: 'DepthwiseConv2D',
        config: {
          kernel_size: [3, 3],
          strides: [1, 1],
          padding: 'same',
          use_bias: false,
          depthwise_initializer: 'he_normal',
        },
      },
      { name: 'x_bn', type: 'BatchNormalization', config: normal },
    ])
    const options = { kernel: 5, stride: 2, padding: 'valid', activation: 'relu', ...normal } as const
    const [depthwise, , activation] = added((net) => addDepthwise(net, 'x', options))
    expect(depthwise!.config).toMatchObject({ kernel_size: [5, 5], strides: [2, 2], padding: 'valid' })
    expect(activation!.config).toEqual({})
  })
})
