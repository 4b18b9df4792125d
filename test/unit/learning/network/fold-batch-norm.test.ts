import { describe, expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import { foldBatchNorm } from '../../../../src-main/learning/network/fold-batch-norm.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import type { WeightValues } from '../../../../src-main/learning/weights/weight-values.ts'

const weight = (shape: number[], ...values: number[]) => ({ shape, values: Float32Array.from(values) })
const NONE = new Set<string>()

/** A convolution of two filters with its BatchNormalization, then a ReLU. */
function convolution(config: Record<string, unknown> = {}, norm: Record<string, unknown> = {}): Network {
  const net = networkBuilder('net', [2, 2, 1])
  net.block('first', 'First')
  net.add('conv', 'Conv2D', { filters: 2, kernel_size: 1, use_bias: false, ...config })
  net.block('second', 'Second')
  net.add('bn', 'BatchNormalization', { epsilon: 1, ...norm })
  net.add('relu', 'ReLU')
  return net.finish('bn')
}

const STATISTICS = [
  ['bn/gamma', weight([2], 2, 4)],
  ['bn/beta', weight([2], 1, -1)],
  ['bn/moving_mean', weight([2], 1, 2)],
  ['bn/moving_variance', weight([2], 3, 8)],
] as const
const WEIGHTS: WeightValues = new Map([['conv/kernel', weight([1, 1, 1, 2], 2, 3)], ...STATISTICS])

function valuesOf(weights: WeightValues) {
  return Object.fromEntries([...weights].map(([name, { shape, values }]) => [name, { shape, values: [...values] }]))
}

const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 6) as number)

describe('folded', () => {
  it('a convolution takes the place and the name of its BatchNormalization', () => {
    const { network, weights } = foldBatchNorm(convolution(), WEIGHTS, NONE)
    expect(network.layers.slice(1)).toEqual([
      {
        name: 'bn',
        type: 'Conv2D',
        config: { filters: 2, kernel_size: 1, use_bias: true },
        inputs: ['input'],
        block: 'second',
      },
      { name: 'relu', type: 'ReLU', config: {}, inputs: ['bn'], block: 'second' },
    ])
    expect(network).toMatchObject({ outputs: ['relu'], features: 'relu' })
    // f = (2 / sqrt(3 + 1), 4 / sqrt(8 + 1)) = (1, 4/3); bias = (0 - mean) f + beta.
    expect(valuesOf(weights)).toEqual({
      'bn/kernel': { shape: [1, 1, 1, 2], values: close(2, 4) },
      'bn/bias': { shape: [2], values: close(-1 + 1, -2 * (4 / 3) - 1) },
    })
  })

  it('a bias is scaled, too; without gamma and beta they are 1 and 0', () => {
    const network = convolution({ use_bias: true }, { scale: false, center: false })
    const statistics = STATISTICS.filter(([name]) => name.includes('moving'))
    const given = new Map([['conv/kernel', weight([1, 1, 1, 2], 2, 3)], ['conv/bias', weight([2], 5, 8)], ...statistics]) // prettier-ignore
    expect(valuesOf(foldBatchNorm(network, given, NONE).weights)).toEqual({
      'bn/kernel': { shape: [1, 1, 1, 2], values: close(2 / 2, 3 / 3) },
      'bn/bias': { shape: [2], values: close((5 - 1) / 2, (8 - 2) / 3) },
    })
  })

  it('a dense layer and a convolution of one filter per channel, channels running fastest', () => {
    const net = networkBuilder('net', [1, 2, 2])
    net.add('depth', 'DepthwiseConv2D', { kernel_size: [1, 2], use_bias: false })
    net.add('depth_bn', 'BatchNormalization', { epsilon: 1 })
    net.add('flat', 'Flatten')
    net.add('dense', 'Dense', { units: 2 })
    net.add('dense_bn', 'BatchNormalization', { epsilon: 1 })
    const norm = (name: string) => STATISTICS.map(([each, values]) => [each.replace('bn', name), values] as const)
    const given = new Map([
      ['depth/depthwise_kernel', weight([1, 2, 2, 1], 1, 3, 2, 6)],
      ['dense/kernel', weight([2, 2], 1, 3, 2, 6)],
      ['dense/bias', weight([2], 1, 2)],
      ...norm('depth_bn'),
      ...norm('dense_bn'),
    ])
    const { network, weights } = foldBatchNorm(net.finish('dense_bn'), given, NONE)
    expect(network.layers.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'input InputLayer',
      'depth_bn DepthwiseConv2D',
      'flat Flatten',
      'dense_bn Dense',
    ])
    expect(valuesOf(weights)).toEqual({
      'depth_bn/depthwise_kernel': { shape: [1, 2, 2, 1], values: close(1, 4, 2, 8) },
      'depth_bn/bias': { shape: [2], values: close(0, -11 / 3) },
      'dense_bn/kernel': { shape: [2, 2], values: close(1, 4, 2, 8) },
      'dense_bn/bias': { shape: [2], values: close((1 - 1) * 1 + 1, (2 - 2) * 1 - 1) },
    })
  })

  it('leaves what it is given as it was', () => {
    const [network, given] = [convolution(), new Map(WEIGHTS)]
    foldBatchNorm(network, given, NONE)
    expect(network).toEqual(convolution())
    expect([...given.keys()]).toEqual([...WEIGHTS.keys()])
  })
})

describe('left alone', () => {
  const kept = (network: Network, keep: ReadonlySet<string> = NONE) => {
    const result = foldBatchNorm(network, WEIGHTS, keep)
    expect(valuesOf(result.weights)).toEqual(valuesOf(WEIGHTS))
    expect(result.network.layers).toEqual(network.layers)
  }

  it('a layer with an activation of its own', () => {
    kept(convolution({ activation: 'relu' }))
  })

  it('a layer that feeds another one, too, or is an output', () => {
    const network = convolution()
    const second = { ...network.layers.at(-1)!, name: 'second', inputs: ['conv'] }
    kept({ ...network, layers: [...network.layers, second] })
    kept({ ...network, outputs: ['relu', 'conv'] })
  })

  it('both layers of a pair that is asked for', () => {
    kept(convolution(), new Set(['conv']))
    kept(convolution(), new Set(['bn']))
  })

  it('a BatchNormalization behind something else', () => {
    const net = networkBuilder('net', [2, 2, 1])
    net.add('conv', 'Conv2D', { filters: 2, kernel_size: 1 })
    net.add('relu', 'ReLU')
    net.add('bn', 'BatchNormalization')
    kept(net.finish('bn'))
  })
})

it('a linear activation that is written out is none', () => {
  expect(foldBatchNorm(convolution({ activation: 'linear' }), WEIGHTS, NONE).network.layers).toHaveLength(3)
})
