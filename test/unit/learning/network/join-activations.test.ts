import { describe, expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import { joinActivations } from '../../../../src-main/learning/network/join-activations.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import type { WeightValues } from '../../../../src-main/learning/weights/weight-values.ts'

const NONE = new Set<string>()
const weight = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) })
const WEIGHTS: WeightValues = new Map([
  ['dense/kernel', weight(1, 2)],
  ['dense/bias', weight(3)],
  ['last/kernel', weight(4)],
])

/** A dense layer with its activation, then a further one. */
function mlp(config: Record<string, unknown> = {}): Network {
  const net = networkBuilder('net', [5, 2])
  net.add('dense', 'Dense', { units: 1, ...config })
  net.block('second', 'Second')
  net.add('gelu', 'Activation', { activation: 'gelu' })
  net.add('last', 'Dense', { units: 1, use_bias: false })
  return net.finish('last')
}

describe('joined', () => {
  it('a dense layer takes the place and the name of its activation', () => {
    const { network, weights } = joinActivations(mlp(), WEIGHTS, NONE)
    expect(network.layers[1]).toEqual({
      name: 'gelu',
      type: 'Dense',
      config: { units: 1, activation: 'gelu' },
      inputs: ['input'],
      block: 'second',
    })
    expect(network.layers.map(({ name }) => name)).toEqual(['input', 'gelu', 'last'])
    expect([...weights]).toEqual([
      ['gelu/kernel', WEIGHTS.get('dense/kernel')],
      ['gelu/bias', WEIGHTS.get('dense/bias')],
      ['last/kernel', WEIGHTS.get('last/kernel')],
    ])
  })

  it('at the end of a network it is the last layer, under its name', () => {
    const net = networkBuilder('net', [2])
    net.add('dense', 'Dense', { units: 1 })
    net.add('gelu', 'Activation', { activation: 'gelu' })
    const { network } = joinActivations(net.finish('dense'), WEIGHTS, NONE)
    expect(network).toMatchObject({ outputs: ['gelu'], features: 'gelu' })
  })
})

describe('left as it is', () => {
  const names = (network: Network, keep = NONE) =>
    joinActivations(network, WEIGHTS, keep).network.layers.map(({ name }) => name)
  const all = ['input', 'dense', 'gelu', 'last']

  it('a dense layer with an activation of its own', () => {
    expect(names(mlp({ activation: 'relu' }))).toEqual(all)
    expect(names(mlp({ activation: 'linear' }))).toEqual(['input', 'gelu', 'last'])
  })

  it('one that somebody else reads, or asks for', () => {
    const net = mlp()
    const twice = net.layers.map((layer) => (layer.name === 'last' ? { ...layer, inputs: ['dense'] } : layer))
    expect(names({ ...net, layers: twice })).toEqual(all)
    expect(names({ ...net, outputs: ['last', 'dense'] })).toEqual(all)
  })

  it('layers to keep', () => {
    expect(names(mlp(), new Set(['dense']))).toEqual(all)
    expect(names(mlp(), new Set(['gelu']))).toEqual(all)
  })

  it('an activation behind something else', () => {
    const net = networkBuilder('net', [5, 2])
    net.add('norm', 'LayerNormalization', {})
    net.add('gelu', 'Activation', { activation: 'gelu' })
    expect(names(net.finish('gelu'))).toEqual(['input', 'norm', 'gelu'])
  })
})
