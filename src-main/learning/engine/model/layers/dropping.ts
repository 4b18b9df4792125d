import { dropout as dropoutOp } from '../../../ops/dropout.ts'
import type { LayerOp } from './layer-op.ts'

export const dropout: LayerOp<'Dropout'> = (call, config) =>
  call.isTraining ? dropoutOp(call.tf, call.inputs[0]!, config.rate, call.seed, call.step) : call.inputs[0]!

/** Each sample is dropped or kept as a whole. */
export const stochasticDepth: LayerOp<'StochasticDepth'> = (call, { drop_path_rate: rate }) => {
  const x = call.inputs[0]!
  const perSample = x.shape.map((size, axis) => (axis === 0 ? size : 1))
  return call.isTraining ? dropoutOp(call.tf, x, rate, call.seed, call.step, perSample) : x
}
