import type { LayerOp } from './layer-op.ts'

/** (B, N, C) -> (B, tokens + N, C): the learnt ones stand in front. */
export const classToken: LayerOp<'ClassToken'> = ({ tf, inputs, weight }) => {
  const [batch, , channels] = inputs[0]!.shape as [number, number, number]
  const token = weight('token')
  // A sum where tiling would do: its gradient is one sum, that of tiling one slice a sample.
  const repeated = tf.add(tf.zeros([batch, token.shape[0]!, channels]), token)
  return tf.concat([repeated, inputs[0]!], 1)
}

/** (B, N, C) -> (B, N, C). */
export const positionalEmbedding: LayerOp<'PositionalEmbedding'> = ({ tf, inputs, weight }) =>
  tf.add(inputs[0]!, weight('embedding'))

/** (B, N, C) -> (B, C): one token as it is. */
export const selectToken: LayerOp<'SelectToken'> = ({ tf, inputs }, { index }) => {
  const [batch, , channels] = inputs[0]!.shape as [number, number, number]
  return tf.reshape(tf.slice(inputs[0]!, [0, index, 0], [batch, 1, channels]), [batch, channels])
}

/** (B, N, C) -> (B, C), or (B, 1, C). */
export const globalAveragePooling1d: LayerOp<'GlobalAveragePooling1D'> = ({ tf, inputs }, { keepdims }) =>
  tf.mean(inputs[0]!, 1, keepdims)
