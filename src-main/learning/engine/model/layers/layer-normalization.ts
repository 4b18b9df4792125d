import { layerNorm } from '../../../ops/layer-norm.ts'
import type { LayerOp } from './layer-op.ts'

/** (..., C) -> (..., C). */
export const layerNormalization: LayerOp<'LayerNormalization'> = ({ tf, inputs, weight }, config) => {
  const channels = inputs[0]!.shape.at(-1)!
  const gamma = config.scale ? weight('gamma') : tf.ones([channels])
  const beta = config.center ? weight('beta') : tf.zeros([channels])
  return layerNorm(tf, inputs[0]!, gamma, beta, config.epsilon)
}
