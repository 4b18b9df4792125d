import { ACTIVATION_OPS } from '../../../ops/activation.ts'
import { biasAdd } from '../../../ops/bias-add.ts'
import { matMul } from '../../../ops/mat-mul.ts'
import type { LayerOp } from './layer-op.ts'

/** (B, ..., I) * (I, O) -> (B, ..., O). */
export const dense: LayerOp<'Dense'> = ({ tf, inputs, weight }, config) => {
  const x = inputs[0]!
  const kernel = weight('kernel')
  let y = matMul(tf, x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1)!]), kernel)
  if (config.use_bias) y = biasAdd(tf, y, weight('bias'))
  y = ACTIVATION_OPS[config.activation](tf, y)
  return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), config.units])
}
