import { quoted, unsupported } from '../refusals.ts'
import { mustBe, picked } from './arguments.ts'
import type { Rule, WeightOrigin } from './rule.ts'

/** Layers inside a MultiHeadAttention, by the names of its variables in HDF5. */
const PARTS = { query: 'query', key: 'key', value: 'value', attention_output: 'output' } as const

/** Attention of tokens to one another; Keras' own layer can look from one sequence at another, too. */
export const multiHeadAttention: Rule = (layer, { isLegacy, shapes }) => {
  const [query, ...others] = layer.inputs
  if (others.length === 0 || others.some((input) => input !== query)) {
    throw unsupported(
      `Layer ${quoted(layer.title)} (MultiHeadAttention) looks from one input at another, or takes a mask. Graft has attention of one input to itself.`,
      'Save a model without this layer, or one that ends before it.',
      { layer: layer.title },
    )
  }
  mustBe(layer, 'value_dim', layer.config['key_dim'])
  mustBe(layer, 'attention_axes', [1])
  mustBe(layer, 'output_shape', shapes[0]?.at(-1), [shapes[0]?.at(-1)])
  mustBe(layer, 'use_gate', false)
  mustBe(layer, 'sliding_window')
  const usual = { use_bias: true, dropout: 0 }
  const config = picked(layer, ['num_heads', 'key_dim', 'use_bias', 'dropout'], usual)
  const origins = Object.entries(PARTS).flatMap(([name, part]) =>
    ['kernel', 'bias'].map((kind, index): [string, WeightOrigin] => [
      `${name}_${kind}`,
      { names: [`${name}/${kind}`], index, within: `${isLegacy ? '_' : ''}${part}_dense` },
    ]),
  )
  return [{ suffix: '', type: 'MultiHeadAttention', config, origins: Object.fromEntries(origins), inputs: [0] }]
}
