import { expect, test } from 'vitest'
import type { LayerState, Network } from '../../../../../src-main/contract/network.ts'
import { networkBuilder } from '../../../../../src-main/learning/network/network-builder.ts'
import { lenet } from '../../../../../src-main/learning/architectures/lenet.ts'
import { adaptedLayer } from '../../../../../src-main/learning/strategies/dann/adapted-layer.ts'

const states = ({ layers }: Network, frozen: readonly string[] = []): Record<string, LayerState> =>
  Object.fromEntries(layers.map(({ name }) => [name, frozen.includes(name) ? 'frozen' : 'fresh']))

const digits = lenet.build({ filters: 4, hidden: 8, dropout: 0.4 }, { kind: 'image', size: 28, channels: 1 })

test('in a LeNet it is what the convolutions give, not what comes after dropout', () => {
  expect(digits.features).toBe('hidden1_dropout')
  expect(adaptedLayer(digits, states(digits), '')).toBe('flatten')
})

test('a layer that is named is taken', () => {
  expect(adaptedLayer(digits, states(digits), 'conv1_pool')).toBe('conv1_pool')
})

test('where nothing before the Flatten learns it is the features', () => {
  expect(adaptedLayer(digits, states(digits, ['conv1', 'conv2']), '')).toBe('hidden1_dropout')
  const net = networkBuilder('net', [8, 8, 1])
  net.block('body', 'Body')
  net.add('flatten', 'Flatten')
  net.add('hidden', 'Dense', { units: 5 })
  const dense = net.finish('hidden')
  expect(adaptedLayer(dense, states(dense), '')).toBe('hidden')
})
