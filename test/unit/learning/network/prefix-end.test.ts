import { describe, expect, it } from 'vitest'
import type { LayerState, Network } from '../../../../src-main/contract/network.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { hasWeights, movesIn, prefixEnd } from '../../../../src-main/learning/network/prefix-end.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { everyLayerNetwork, importedLayersNetwork } from '../../../support/random-network.ts'

/** A sum around two layers, a dropout behind it. */
function residual(): Network {
  const net = networkBuilder('net', [3])
  net.add('first', 'Dense', { units: 3 })
  net.add('second', 'Dense', { units: 3 })
  net.add('inner', 'Dense', { units: 3 })
  net.add('sum', 'Add', {}, ['first', 'inner'])
  net.add('relu', 'ReLU')
  net.add('third', 'Dense', { units: 3 })
  net.add('drop', 'Dropout')
  net.add('last', 'Dense', { units: 3 })
  return net.finish('last')
}

const network = residual()

/** With these layers trained and all others frozen. */
function endWith(trained: readonly string[], of: Network = network): string | null {
  const state = (name: string): LayerState => (trained.includes(name) ? 'trained' : 'frozen')
  return prefixEnd(of, movesIn(Object.fromEntries(of.layers.map(({ name }) => [name, state(name)]))))
}

describe('the part that stands still', () => {
  it('ends before the first layer that learns', () => {
    expect(endWith([])).toBe('last')
    expect(endWith(['last'])).toBe('drop')
    expect(endWith(['third', 'last'])).toBe('relu')
    expect(endWith(['second'])).toBe('first')
  })

  it('ends where everything behind it reads from it alone, not within a sum', () => {
    expect(endWith(['inner'])).toBe('first')
    const layers = network.layers.map((layer) => (layer.name === 'third' ? { ...layer, inputs: ['inner'] } : layer))
    expect(endWith(['third'], { ...network, layers, outputs: ['last', 'relu'] })).toBe('first')
  })

  it('ends no later than an output', () => {
    expect(endWith([], { ...network, outputs: ['relu', 'last'] })).toBe('relu')
    expect(endWith(['last'], { ...network, outputs: ['last', 'first'] })).toBe('first')
  })

  it('is not worth caching without weights', () => {
    expect(endWith(['first'])).toBeNull()
    const net = networkBuilder('net', [2, 2])
    net.add('flat', 'Flatten')
    net.add('dense', 'Dense', { units: 3 })
    expect(endWith(['dense'], net.finish('dense'))).toBeNull()
    expect(endWith([], net.finish('dense'))).toBe('dense')
  })
})

it('only weights and random layers that are not frozen move; a layer without a state does', () => {
  const moving = (states: Record<string, LayerState>) => network.layers.filter(movesIn(states)).map(({ name }) => name)
  expect(moving({})).toEqual(['first', 'second', 'inner', 'third', 'drop', 'last'])
  expect(moving({ first: 'frozen', second: 'trained', inner: 'frozen', third: 'fresh', drop: 'frozen' })).toEqual([
    'second',
    'third',
    'last',
  ])
})

it('layers with weights are convolutions, dense ones and BatchNormalization', () => {
  const types = ['Conv2D', 'DepthwiseConv2D', 'Dense', 'BatchNormalization', 'ReLU', 'Add', 'Dropout'] as const
  const weighted = types.filter((type) => hasWeights({ name: 'x', type, config: {}, inputs: [], block: 'b' }))
  expect(weighted).toEqual(['Conv2D', 'DepthwiseConv2D', 'Dense', 'BatchNormalization'])
})

describe.each([everyLayerNetwork(), importedLayersNetwork()])('layers that can move', (every) => {
  it('are those with weights that learn, and the random ones', () => {
    const { facts } = inferNetwork(every)
    const learning = facts.filter(({ trainableParameters }) => trainableParameters > 0).map(({ name }) => name)
    expect(every.layers.filter(hasWeights).map(({ name }) => name)).toEqual(learning)
    const random = every.layers.filter(({ type }) => type === 'Dropout' || type === 'StochasticDepth')
    const moving = every.layers.filter(movesIn({})).map(({ name }) => name)
    expect(new Set(moving)).toEqual(new Set([...learning, ...random.map(({ name }) => name)]))
  })
})
