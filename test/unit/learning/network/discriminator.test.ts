import { expect, it } from 'vitest'
import { discriminatorNetwork } from '../../../../src-main/learning/network/discriminator.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'

it('dense layers with ReLU and dropout end in one logit', () => {
  const network = discriminatorNetwork({ shape: [6], hidden: [4, 3], dropout: 0.5 })
  expect(network.layers.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'input InputLayer',
    'domain1 Dense',
    'domain1_relu ReLU',
    'domain1_dropout Dropout',
    'domain2 Dense',
    'domain2_relu ReLU',
    'domain2_dropout Dropout',
    'domain_logit Dense',
  ])
  expect(network.layers[1]!.config).toEqual({ units: 4, kernel_initializer: 'he_normal' })
  expect(network.layers[3]!.config).toEqual({ rate: 0.5 })
  expect(network).toMatchObject({ outputs: ['domain_logit'], features: 'domain_logit' })
  expect(network.blocks.at(-1)).toEqual({ name: 'domain', label: 'Domain classifier' })
  expect(network.layers.slice(1).every(({ block }) => block === 'domain')).toBe(true)
  expect(inferNetwork(network).shapes.get('domain_logit')).toEqual([1])
})

it('without dropout or hidden layers, and with a map that is flattened', () => {
  const network = discriminatorNetwork({ shape: [2, 2, 3], hidden: [], dropout: 0 })
  expect(network.layers.map(({ name }) => name)).toEqual(['input', 'domain_flatten', 'domain_logit'])
  expect(inferNetwork(network).shapes.get('domain_flatten')).toEqual([12])
  const dense = discriminatorNetwork({ shape: [5], hidden: [2], dropout: 0 })
  expect(dense.layers.map(({ name }) => name)).toEqual(['input', 'domain1', 'domain1_relu', 'domain_logit'])
})
