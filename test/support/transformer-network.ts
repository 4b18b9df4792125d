import type { Network } from '../../src-main/contract/network.ts'
import { networkBuilder } from '../../src-main/learning/network/network-builder.ts'

/** One block with every layer type of transformers, on five tokens of six features. */
export function transformerNetwork(): Network {
  const net = networkBuilder('transformer', [5, 6])
  net.block('all', 'all')
  net.add('cls_token', 'ClassToken', { tokens: 2 })
  const start = net.add('pos_embed', 'PositionalEmbedding')
  net.add('norm1', 'LayerNormalization', { epsilon: 1e-3 })
  const attention = net.add('attn', 'MultiHeadAttention', { num_heads: 2, key_dim: 4, dropout: 0.2 })
  const middle = net.add('add1', 'Add', {}, [start, attention])
  net.add('norm2', 'LayerNormalization', { scale: false })
  net.add('fc1', 'Dense', { units: 9, activation: 'gelu' })
  net.add('fc2', 'Dense', { units: 6 })
  const end = net.add('add2', 'Add', {}, [middle, net.last()])
  net.add('dropout', 'Dropout', { rate: 0.1 })
  net.add('bn', 'BatchNormalization', { momentum: 0.9 })
  const mean = net.add('mean', 'GlobalAveragePooling1D')
  const first = net.add('pool', 'SelectToken', { index: 1 }, [end])
  net.add('features', 'Concatenate', {}, [mean, first])
  net.add('head', 'Dense', { units: 3 })
  return net.finish('features')
}
