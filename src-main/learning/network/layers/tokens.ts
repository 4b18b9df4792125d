import type { LayerRow, WeightSpec } from './layer-row.ts'
import { at, free, keep, kernel, none, perValue, product } from './row-parts.ts'

export const multiHeadAttentionRow: LayerRow<'MultiHeadAttention'> = {
  inputs: 'one',
  rank: 2,
  outputShape: keep,
  weights({ num_heads: heads, key_dim: size, use_bias: hasBias, kernel_initializer: how }, [input]) {
    const channels = at(input, 1)
    const inner = heads * size
    const into = (['query', 'key', 'value'] as const).flatMap((name) => [
      kernel(`${name}_kernel`, [channels, heads, size], how, [channels, inner]),
      ...(hasBias ? [bias(`${name}_bias`, [heads, size])] : []),
    ])
    const out = kernel('attention_output_kernel', [heads, size, channels], how, [inner, channels])
    return [...into, out, ...(hasBias ? [bias('attention_output_bias', [channels])] : [])]
  },
  multiplyAdds({ num_heads: heads, key_dim: size }, [input]) {
    const [tokens, channels] = [at(input, 0), at(input, 1)]
    const projections = 4 * tokens * channels * heads * size
    const sharesAndSums = 2 * tokens * tokens * heads * size
    return projections + sharesAndSums
  },
}

export const classTokenRow: LayerRow<'ClassToken'> = {
  inputs: 'one',
  rank: 2,
  outputShape: ({ tokens }, [input]) => [at(input, 0) + tokens, at(input, 1)],
  weights: ({ tokens }, [input]) => [embedding('token', [tokens, at(input, 1)])],
  multiplyAdds: free,
}

export const positionalEmbeddingRow: LayerRow<'PositionalEmbedding'> = {
  inputs: 'one',
  rank: 2,
  outputShape: keep,
  weights: (_config, [input]) => [embedding('embedding', [at(input, 0), at(input, 1)])],
  multiplyAdds: perValue,
}

export const selectTokenRow: LayerRow<'SelectToken'> = {
  inputs: 'one',
  rank: 2,
  outputShape: ({ index }, [input]) => (index < at(input, 0) ? [at(input, 1)] : `at least ${index + 1} tokens`),
  weights: none,
  multiplyAdds: free,
}

export const globalAveragePooling1dRow: LayerRow<'GlobalAveragePooling1D'> = {
  inputs: 'one',
  rank: 2,
  outputShape: ({ keepdims }, [input]) => (keepdims ? [1, at(input, 1)] : [at(input, 1)]),
  weights: none,
  multiplyAdds: (_config, [input]) => product(input ?? []),
}

function bias(name: WeightSpec['name'], shape: readonly number[]): WeightSpec {
  const size = product(shape)
  return { name, shape, initializer: 'zeros', fanIn: size, fanOut: size, trainable: true }
}

function embedding(name: WeightSpec['name'], shape: readonly number[]): WeightSpec {
  return { name, shape, initializer: 'truncatedNormal', fanIn: at(shape, 1), fanOut: at(shape, 1), trainable: true }
}
