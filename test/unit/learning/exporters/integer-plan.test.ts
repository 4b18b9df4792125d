import { expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import { integerPlan } from '../../../../src-main/learning/exporters/onnx/integer-plan.ts'
import { lower } from '../../../../src-main/learning/operations/lower.ts'
import { chain, chainModel } from '../../../support/layer-chains.ts'

/** Each value from 0 on to the number of its place. */
function planOf(network: Network, without: readonly string[] = []) {
  const graph = lower(chainModel(network), { batchNorm: 'folded' })
  const names = [...graph.shapes.keys()].filter((name) => !without.includes(name))
  const plan = integerPlan(graph, new Map(names.map((name, i) => [name, { min: 0, max: i + 1 }])))
  return { scaled: [...plan.scales.keys()], kernels: [...plan.kernels], plan }
}

it('bounds go into the convolution before them; a head gives float32', () => {
  const { scaled, kernels } = planOf(
    chain([
      ['Conv2D', { filters: 3, kernel_size: 1 }],
      ['ReLU', { max_value: 6 }],
    ]),
  )
  expect(scaled).toEqual(['input', 'layer1', 'flat'])
  expect(kernels).toEqual(['layer0', 'head'])
})

it('bounds behind a value that something else reads have steps of their own', () => {
  const network = chain([
    ['Conv2D', { filters: 3, kernel_size: 1 }],
    ['ReLU', {}],
    ['Add', {}],
  ])
  network.layers[3]!.inputs = ['layer0', 'layer1']
  expect(planOf(network).scaled).toEqual(['input', 'layer0', 'layer1', 'layer2', 'flat'])
})

it('what only passes numbers on has the steps of what it passes on', () => {
  const { plan, scaled } = planOf(chain([['ZeroPadding2D', { padding: [[1, 1], [1, 1]] }], ['MaxPooling2D', { pool_size: 2 }], ['Conv2D', { filters: 3, kernel_size: 1 }]])) // prettier-ignore
  expect(scaled).toEqual(['input', 'layer0', 'layer1', 'layer2', 'flat'])
  expect(plan.scales.get('layer1')).toEqual(plan.scales.get('input'))
  expect(plan.scales.get('flat')).toEqual(plan.scales.get('layer2'))
  expect(plan.scales.get('layer2')).not.toEqual(plan.scales.get('input'))
})

it('float32 stay the preparation of the input, normalization, curves and attention', () => {
  const prepared = planOf(chain([['Rescaling', { scale: 2, offset: 1 }], ['Conv2D', { filters: 3, kernel_size: 1, activation: 'gelu' }]])) // prettier-ignore
  expect(prepared.scaled).toEqual(['layer0', 'layer1/linear', 'layer1', 'flat'])
  const attention = planOf(chain([['Reshape', { target_shape: [30, 4] }], ['MultiHeadAttention', { num_heads: 1, key_dim: 2 }], ['LayerNormalization', {}]])) // prettier-ignore
  expect(attention.scaled).toEqual([
    'input',
    'layer0',
    'layer1/seen',
    'layer1/seen_tokens',
    'layer1/seen_joined',
    'layer2',
    'flat',
  ])
  expect(attention.kernels).toEqual(['layer1/query', 'layer1/key', 'layer1/value', 'layer1', 'head'])
})

it('a value whose range is not known is none, and what reads it computes in float32', () => {
  const { scaled, kernels } = planOf(chain([['Conv2D', { filters: 3, kernel_size: 1 }]]), ['input'])
  expect([scaled, kernels]).toEqual([['layer0', 'flat'], ['head']])
})
