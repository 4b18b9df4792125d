import type { LayerOp } from './layer-op.ts'

/** x * scale + offset. */
export const rescaling: LayerOp<'Rescaling'> = ({ tf, inputs }, { scale, offset }) =>
  tf.add(tf.mul(inputs[0]!, scale), offset)

/** Below this a deviation counts as this, as in Keras. */
const SMALLEST_DEVIATION = 1e-7

/** (x - mean) / deviation. */
export const normalization: LayerOp<'Normalization'> = ({ tf, inputs }, { mean, variance }) => {
  const deviation = [variance].flat().map((value) => Math.max(Math.sqrt(value), SMALLEST_DEVIATION))
  return tf.div(tf.sub(inputs[0]!, mean), deviation)
}

/** (..., C) * (C). */
export const layerScale: LayerOp<'LayerScale'> = ({ tf, inputs, weight }) => tf.mul(inputs[0]!, weight('gamma'))
