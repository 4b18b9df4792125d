import { describe, expect, it } from 'vitest'
import type { LayerType } from '../../../../../src-main/contract/network.ts'
import { inferLayer } from '../../../../../src-main/learning/network/infer.ts'

const infer = (type: LayerType, config: Record<string, unknown>, ...inputs: number[][]) =>
  inferLayer({ name: 'layer', type, config, inputs: inputs.map((_, i) => `x${i}`), block: 'b' }, inputs)
const learnt = (name: string, shape: number[]) => {
  return { name, shape, initializer: 'truncatedNormal', fanIn: shape[1], fanOut: shape[1], trainable: true }
}

describe('self attention', () => {
  const config = { num_heads: 2, key_dim: 3 }

  it('has biases from zero, one for each feature of a head, and kernels drawn as it is told', () => {
    const { weights } = infer('MultiHeadAttention', { ...config, kernel_initializer: 'he_uniform' }, [5, 8])
    expect(weights.map(({ name, initializer, trainable }) => [name, initializer, trainable])).toEqual(
      ['query', 'key', 'value', 'attention_output'].flatMap((name) => [
        [`${name}_kernel`, 'heUniform', true],
        [`${name}_bias`, 'zeros', true],
      ]),
    )
  })

  it('has four kernels alone without biases', () => {
    const { weights } = infer('MultiHeadAttention', { ...config, use_bias: false }, [5, 8])
    expect(weights.map(({ name }) => name)).toEqual([
      'query_kernel',
      'key_kernel',
      'value_kernel',
      'attention_output_kernel',
    ])
  })

  it('costs four projections, and a share and a sum for each pair of tokens', () => {
    // 4 projections of 5 tokens from 8 to 2 x 3 features or back; 5 x 5 pairs of 6 features, twice.
    expect(infer('MultiHeadAttention', config, [5, 8]).multiplyAdds).toBe(960 + 300)
  })
})

describe('learnt tokens and positions', () => {
  it('stand before the others, or are added to each', () => {
    expect(infer('ClassToken', {}, [5, 8])).toEqual({ outputShape: [6, 8], weights: [learnt('token', [1, 8])], multiplyAdds: 0 }) // prettier-ignore
    expect(infer('PositionalEmbedding', {}, [5, 8])).toEqual({
      outputShape: [5, 8],
      weights: [learnt('embedding', [5, 8])],
      multiplyAdds: 40,
    })
  })

  it('that are stretched are as many as were learnt, for as many tokens as the grid has', () => {
    const config = { resized: { prefix: 1, from: [1, 3], to: [2, 2] } }
    expect(infer('PositionalEmbedding', config, [5, 8])).toMatchObject({
      outputShape: [5, 8],
      weights: [learnt('embedding', [4, 8])],
    })
    expect(() => infer('PositionalEmbedding', config, [6, 8])).toThrow('expected 5 tokens. Received: [6, 8]')
  })
})

describe('what is made of tokens', () => {
  it('is one of them, or their mean', () => {
    expect(infer('SelectToken', {}, [5, 8])).toEqual({ outputShape: [8], weights: [], multiplyAdds: 0 })
    expect(() => infer('SelectToken', { index: 5 }, [5, 8])).toThrow('at least 6 tokens')
    expect(infer('GlobalAveragePooling1D', {}, [5, 8])).toEqual({ outputShape: [8], weights: [], multiplyAdds: 40 })
  })

  it('is a product of two lists of them', () => {
    // a b^T over 8 features, and a b over 8 tokens of b.
    expect(infer('Dot', { axes: 2 }, [5, 8], [6, 8])).toEqual({ outputShape: [5, 6], weights: [], multiplyAdds: 240 })
    expect(infer('Dot', { axes: [2, 2] }, [5, 8], [6, 8]).outputShape).toEqual([5, 6])
    expect(infer('Dot', { axes: [2, 1] }, [5, 8], [8, 3])).toMatchObject({ outputShape: [5, 3], multiplyAdds: 120 })
    expect(() => infer('Dot', { axes: [2, 1] }, [5, 8], [3, 8])).toThrow('agree along the axes')
    expect(() => infer('Dot', { axes: 2 }, [5, 8], [6, 8], [6, 8])).toThrow('two inputs')
  })

  it('is normalized over the features of each', () => {
    const vector = (name: string, initializer: string) => ({ name, shape: [8], initializer, fanIn: 8, fanOut: 8, trainable: true }) // prettier-ignore
    expect(infer('LayerNormalization', { axis: [2] }, [5, 8])).toEqual({
      outputShape: [5, 8],
      weights: [vector('gamma', 'ones'), vector('beta', 'zeros')],
      multiplyAdds: 40,
    })
    expect(infer('LayerNormalization', { scale: false }, [5, 8]).weights).toEqual([vector('beta', 'zeros')])
    expect(infer('LayerNormalization', {}, [2, 5, 8]).weights[0]).toEqual(vector('gamma', 'ones'))
    expect(() => infer('LayerNormalization', { axis: [1] }, [5, 8])).toThrow('axis to be the last one (-1)')
  })
})
