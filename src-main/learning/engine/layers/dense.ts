import type { Tensor, Tensor2D } from '../../lab.ts'
import { ACTIVATION_OPS } from '../ops/activation.ts'
import { biasAdd } from '../ops/bias-add.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, I) * (I, O) -> (B, O). */
export const dense: LayerOp<'Dense'> = ({ tf, inputs, weight }, config) => {
  let y: Tensor = tf.matMul(inputs[0] as Tensor2D, weight('kernel') as Tensor2D)
  if (config.use_bias) y = biasAdd(tf, y, weight('bias'))
  return ACTIVATION_OPS[config.activation](tf, y)
}
