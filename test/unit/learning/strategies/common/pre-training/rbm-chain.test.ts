import { describe, expect, it } from 'vitest'
import type { Layer, LayerState, LayerType, Network } from '../../../../../../src-main/contract/network.ts'
import { mlp } from '../../../../../../src-main/learning/architectures/mlp.ts'
import { encoderEnd, rbmChain } from '../../../../../../src-main/learning/strategies/common/pre-training/rbm-chain.ts'

function network(hidden: [string, LayerType, Record<string, unknown>][]): Network {
  const layers: Layer[] = [{ name: 'input', type: 'InputLayer', config: { shape: [4] }, inputs: [], block: 'a' }]
  for (const [name, type, config] of [...hidden, ['head', 'Dense', { units: 2 }] as const])
    layers.push({ name, type, config, inputs: [layers.at(-1)!.name], block: 'a' })
  return { name: 'n', blocks: [{ name: 'a', label: 'a' }], layers, outputs: ['head'], features: 'input' }
}

const fresh = ({ layers }: Network): Record<string, LayerState> =>
  Object.fromEntries(layers.map(({ name }) => [name, 'fresh' as const]))

const sigmoid = ['Activation', { activation: 'sigmoid' }] as const

describe('the chain of layers that RBMs start', () => {
  it('is every hidden layer of a sigmoid MLP, in order, dropout passed over', () => {
    const options = mlp.params.schema.parse({ hidden: '20,10', activation: 'sigmoid', dropout: 0.5 })
    const built = mlp.build(options, { kind: 'image', size: 8, channels: 1 })
    const head: Layer = { name: 'head', type: 'Dense', config: { units: 3 }, inputs: [built.features], block: 'input' }
    const whole = { ...built, layers: [...built.layers, head], outputs: ['head'] }
    expect(rbmChain(whole, fresh(whole))).toEqual({
      visible: 'flatten',
      layers: [
        { dense: 'hidden1', units: 20, output: 'hidden1_sigmoid' },
        { dense: 'hidden2', units: 10, output: 'hidden2_sigmoid' },
      ],
      obstacle: null,
    })
    expect(encoderEnd(whole)).toBe('hidden2_dropout')
  })

  it('takes a Dense layer’s own activation', () => {
    const one = network([['a', 'Dense', { units: 3, activation: 'sigmoid' }]])
    expect(rbmChain(one, fresh(one))).toEqual({
      visible: 'input',
      layers: [{ dense: 'a', units: 3, output: 'a' }],
      obstacle: null,
    })
  })

  it('ends at layers that are not fresh', () => {
    const two = network([
      ['a', 'Dense', { units: 3, activation: 'sigmoid' }],
      ['b', 'Dense', { units: 3, activation: 'sigmoid' }],
    ])
    const chain = rbmChain(two, { ...fresh(two), a: 'frozen' })
    expect([chain.visible, chain.layers.map(({ dense }) => dense), chain.obstacle]).toEqual(['a', ['b'], null])
  })

  it.each([
    ['activation', [['a', 'Dense', { units: 3 }], ['a_relu', 'ReLU', {}]]], // prettier-ignore
    ['activation', [['a', 'Dense', { units: 3, activation: 'tanh' }]]],
    ['activation', [['a', 'Dense', { units: 3 }]]],
    ['batch-norm', [['a', 'Dense', { units: 3 }], ['a_bn', 'BatchNormalization', {}], ['a_s', ...sigmoid]]], // prettier-ignore
    ['bias', [['a', 'Dense', { units: 3, use_bias: false }], ['a_s', ...sigmoid]]], // prettier-ignore
  ] as const)('says what keeps it from the layer below: %s', (reason, hidden) => {
    const built = network(hidden as unknown as [string, LayerType, Record<string, unknown>][])
    expect(rbmChain(built, fresh(built))).toMatchObject({ layers: [], obstacle: { layer: 'a', reason } })
  })
})
