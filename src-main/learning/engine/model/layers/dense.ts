import { ACTIVATION_OPS } from '../../../ops/activation.ts'
import { biasAdd } from '../../../ops/bias-add.ts'
import { matMul } from '../../../ops/mat-mul.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, I) * (I, O) -> (B, O). */
export const dense: LayerOp<'Dense'> = ({ tf, inputs, weight }, config) => {
  let y = matMul(tf, inputs[0]!, weight('kernel'))
  if (config.use_bias) y = biasAdd(tf, y, weight('bias'))
  return ACTIVATION_OPS[config.activation](tf, y)
}
