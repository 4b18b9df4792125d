import { batchNormInference, batchNormTraining } from '../../../ops/batch-norm.ts'
import type { LayerOp } from './layer-op.ts'

/** (..., C) -> (..., C). Frozen layers never see the batch: they use their averages, which then stay as they are. */
export const batchNormalization: LayerOp<'BatchNormalization'> = (call, config) => {
  const { tf, weight } = call
  const x = call.inputs[0]!
  const channels = x.shape.at(-1)!
  const gamma = config.scale ? weight('gamma') : tf.ones([channels])
  const beta = config.center ? weight('beta') : tf.zeros([channels])
  if (!call.isTraining) {
    const averages = { mean: weight('moving_mean'), variance: weight('moving_variance') }
    return batchNormInference(tf, x, { gamma, beta, ...averages }, config.epsilon)
  }
  const averages = call.movesAverages
    ? { mean: weight('moving_mean'), variance: weight('moving_variance'), momentum: config.momentum }
    : null
  return batchNormTraining(tf, x, { gamma, beta }, config.epsilon, averages)
}
