import type { Tensor, Tf } from '../../../runtime.ts'
import { attention, attentionShares } from '../../../ops/attention.ts'
import { biasAdd } from '../../../ops/bias-add.ts'
import { dropout } from '../../../ops/dropout.ts'
import { matMul } from '../../../ops/mat-mul.ts'
import type { LayerCall, LayerOp } from './layer-op.ts'

const PROJECTIONS = ['query', 'key', 'value'] as const

/** Self attention: (B, N, C) -> (B, N, C). */
export const multiHeadAttention: LayerOp<'MultiHeadAttention'> = (call, config) => {
  const { tf, weight } = call
  const { num_heads: heads, key_dim: size, use_bias: hasBias } = config
  const [batch, tokens, channels] = call.inputs[0]!.shape as [number, number, number]
  const [q, k, v] = projections(call, config)
  const drop = (shares: Tensor) =>
    call.isTraining ? dropout(tf, shares, config.dropout, call.seed, call.step) : shares
  const seen = tf.transpose(attention(tf, q!, k!, v!, drop), [0, 2, 1, 3])
  const kernel = tf.reshape(weight('attention_output_kernel'), [heads * size, channels])
  const bias = hasBias ? weight('attention_output_bias') : null
  const y = linear(tf, tf.reshape(seen, [-1, heads * size]), kernel, bias)
  return tf.reshape(y, [batch, tokens, channels])
}

type Config = Parameters<LayerOp<'MultiHeadAttention'>>[1]

/** How much each token attends to each: (B, N, C) -> (B, heads, N, N), rows that sum to 1. */
export function attentionOf(call: Pick<LayerCall, 'tf' | 'inputs' | 'weight'>, config: Config): Tensor {
  const [q, k] = projections(call, config)
  return attentionShares(call.tf, q!, k!)
}

/** Queries, which are scaled already, keys and values: (B, heads, N, size) each. */
function projections(call: Pick<LayerCall, 'tf' | 'inputs' | 'weight'>, config: Config): Tensor[] {
  const { tf } = call
  const { num_heads: heads, key_dim: size, use_bias: hasBias } = config
  const [batch, tokens, channels] = call.inputs[0]!.shape as [number, number, number]
  const rows = tf.reshape(call.inputs[0]!, [-1, channels])
  const all = linear(tf, rows, joinedKernel(call, config), hasBias ? joinedBias(call, config) : null)
  return tf.unstack(tf.transpose(tf.reshape(all, [batch, tokens, 3, heads, size]), [2, 0, 3, 1, 4]))
}

/** The three kernels side by side, so that one product serves all: 3 of [C, heads, size] -> [C, 3 * heads * size]. */
function joinedKernel({ tf, weight, inputs }: Pick<LayerCall, 'tf' | 'inputs' | 'weight'>, config: Config): Tensor {
  const channels = inputs[0]!.shape.at(-1)!
  const flat = PROJECTIONS.map((name) => tf.reshape(weight(`${name}_kernel`), [channels, -1]))
  return tf.concat(scaledQuery(tf, flat, config), 1)
}

function joinedBias({ tf, weight }: Pick<LayerCall, 'tf' | 'weight'>, config: Config): Tensor {
  const flat = PROJECTIONS.map((name) => tf.reshape(weight(`${name}_bias`), [-1]))
  return tf.concat(scaledQuery(tf, flat, config))
}

/** The scale 1 / sqrt(size) is put into the query's weights, which are far fewer numbers than the queries. */
function scaledQuery(tf: Tf, [query, ...others]: Tensor[], config: Config): Tensor[] {
  return [tf.mul(query!, 1 / Math.sqrt(config.key_dim)), ...others]
}

function linear(tf: Tf, x: Tensor, kernel: Tensor, bias: Tensor | null): Tensor {
  const y = matMul(tf, x, kernel)
  return bias === null ? y : biasAdd(tf, y, bias)
}
