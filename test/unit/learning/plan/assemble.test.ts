import { describe, expect, it } from 'vitest'
import type { Network, NewLayer } from '../../../../src-main/contract/network.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { assemble, type AssemblySpec } from '../../../../src-main/learning/plan/assemble.ts'
import type { ResolvedHead } from '../../../../src-main/learning/plan/plan-heads.ts'

const dense: NewLayer = { type: 'dense', units: 7, activation: 'linear', dropout: 0, batchNorm: false }
const convolution: NewLayer = {
  ...{ type: 'convolution', filters: 4, kernelSize: 3, stride: 1 },
  ...{ activation: 'relu', dropout: 0, batchNorm: false },
}
const heads = [
  { head: { name: 'label', column: 'label', type: 'classification', classes: ['a', 'b', 'c'] }, layer: 'label' },
] as unknown as ResolvedHead[]

/** Two blocks on four tokens of six features, and the features behind them. */
function tokens(hasClassToken: boolean): Network {
  const net = networkBuilder('tokens', [4, 6])
  net.block('first', 'First')
  if (hasClassToken) net.add('cls_token', 'ClassToken')
  net.add('pos_embed', 'PositionalEmbedding')
  net.add('attn', 'MultiHeadAttention', { num_heads: 2, key_dim: 3 })
  net.block('second', 'Second')
  net.add('fc', 'Dense', { units: 6 })
  net.add('norm', 'LayerNormalization')
  return net.finish(net.add('pool', 'GlobalAveragePooling1D'))
}

function assembled(base: Network, spec: Partial<AssemblySpec>) {
  const { network, problems } = assemble(base, { replace: [], newLayers: [], ...spec } as AssemblySpec, heads)
  const { shapes } = inferNetwork(network)
  return { network, problems, shapes, types: network.layers.map(({ type }) => type) }
}

describe('a head on tokens', () => {
  it('takes the class token of a network that has one', () => {
    const { network, shapes, types, problems } = assembled(tokens(true), { cut: 'first' })
    expect(problems).toEqual([])
    expect(types.slice(-3)).toEqual(['MultiHeadAttention', 'SelectToken', 'Dense'])
    expect(network.layers.at(-2)!.config).toEqual({ index: 0 })
    expect(network.features).toBe('output_pool')
    expect([shapes.get('attn'), shapes.get('output_pool'), shapes.get('label')]).toEqual([[5, 6], [6], [3]])
  })

  it('takes their mean elsewhere', () => {
    const { types, shapes } = assembled(tokens(false), { cut: 'fc' })
    expect(types.slice(-3)).toEqual(['Dense', 'GlobalAveragePooling1D', 'Dense'])
    expect(shapes.get('label')).toEqual([3])
  })

  it('takes features that are a vector as they are', () => {
    expect(assembled(tokens(true), {}).types.slice(-2)).toEqual(['GlobalAveragePooling1D', 'Dense'])
  })
})

describe('new layers on tokens', () => {
  it('a dense one pools first, once', () => {
    const { types } = assembled(tokens(true), { cut: 'first', newLayers: [dense, dense] })
    expect(types.slice(-4)).toEqual(['SelectToken', 'Dense', 'Dense', 'Dense'])
  })

  it('a convolution is refused in words', () => {
    const { problems } = assembled(tokens(true), { cut: 'first', newLayers: [convolution] })
    expect(problems.map(({ message }) => message)).toEqual([
      'New layer 1 is a convolution, but "attn" gives tokens, not a map. Cut before the pooling, or take a dense layer.',
    ])
  })

  it('a dense layer inside is replaced by one that works on tokens, too', () => {
    const replace = [{ layer: 'fc', with: { ...dense, units: 6 } }]
    const { network, shapes, problems } = assembled(tokens(false), { replace })
    expect(problems).toEqual([])
    expect(shapes.get('fc_new_dense')).toEqual([4, 6])
    expect(network.layers.filter(({ type }) => type === 'GlobalAveragePooling1D')).toHaveLength(1)
  })
})
