import type { Moment } from '../../../../engine/step/objective.ts'
import type { Scalar, Tensor, Tensor1D, Tf, Variable } from '../../../../runtime.ts'
import { shares, sumOf, type TaskWeighting, type WeightingOptions } from './task-weighting.ts'

/** Temperature of Liu et al., section 3.2. */
export const DWA_TEMPERATURE = 2

/** w = T softmax(r / temperature), r_t = L_t(e-1) / L_t(e-2): what falls slowly gets more weight. Losses (T) -> (T). */
export function dynamicAverage(tf: Tf, last: Tensor1D, beforeLast: Tensor1D, temperature: number): Tensor1D {
  const rates = tf.div(last, tf.maximum(beforeLast, 1e-12))
  return tf.mul(tf.softmax(tf.div(rates, temperature) as Tensor1D), last.size)
}

/** Dynamic weight average: weights follow how fast each task's mean loss fell over the two epochs before; all 1 in the first two.
 *  L = sum_t (a_t / sum a) w_t L_t. Paper: Liu, Johns, Davison, CVPR 2019, arXiv 1803.10704, equation 7. Departs from it: the loss is the mean
 *  over tasks, not their sum (fixed-weights.ts). The means over epochs are kept within the step, so that a resumed run goes on with
 *  the same weights, and count labelled samples only. */
export function dynamicAverageWeights(tf: Tf, options: WeightingOptions & { temperature: number }): TaskWeighting {
  const { importance, temperature } = options
  const memory = createMemory(tf, importance.length)
  return {
    variables: new Map(Object.entries(memory)),
    numbers: (at) => [isFirstOfEpoch(at) ? 1 : 0],
    combine(tf, { losses, labelled, numbers: [isFirst] }) {
      turnEpoch(tf, memory, tf.greater(isFirst!, 0.5))
      const isKnown = tf.greater(memory.epochs, 1.5)
      const dynamic = dynamicAverage(tf, memory.last, memory.beforeLast, temperature)
      const weights = tf.mul(tf.where(isKnown, dynamic, tf.onesLike(dynamic)), tf.tensor1d(shares(importance)))
      memory.sum.assign(tf.add(memory.sum, tf.mul(losses, labelled)))
      memory.count.assign(tf.add(memory.count, labelled))
      return { loss: sumOf(tf, tf.mul(losses, weights)), weights: weights as Tensor1D }
    },
  }
}

type Tensor1DVariable = Variable & Tensor1D
/** (T) each, but for `epochs`: how many are over. */
type Memory = Record<'sum' | 'count' | 'last' | 'beforeLast', Tensor1DVariable> & { epochs: Variable & Scalar }

function createMemory(tf: Tf, tasks: number): Memory {
  const keep = (start: Tensor) => {
    const variable = tf.variable(start, false)
    start.dispose()
    return variable
  }
  const zeros = () => keep(tf.zeros([tasks])) as Tensor1DVariable
  return {
    sum: zeros(),
    count: zeros(),
    last: zeros(),
    beforeLast: zeros(),
    // The first batch of all turns a page, too.
    epochs: keep(tf.scalar(-1)) as Memory['epochs'],
  }
}

export function isFirstOfEpoch({ phaseStep, phaseSteps, phaseEpoch, phaseEpochs }: Moment): boolean {
  return phaseStep === phaseEpoch * (phaseSteps / phaseEpochs)
}

/** With the first batch of an epoch, the mean of the one before takes its place among the last two. */
function turnEpoch(tf: Tf, memory: Memory, isFirst: Tensor): void {
  const mean = tf.div(memory.sum, tf.maximum(memory.count, 1e-12))
  const beforeLast = tf.where(isFirst, memory.last, memory.beforeLast)
  const last = tf.where(isFirst, mean, memory.last)
  memory.beforeLast.assign(beforeLast as Tensor1D)
  memory.last.assign(last as Tensor1D)
  const keep = tf.sub(1, tf.cast(isFirst, 'float32'))
  memory.sum.assign(tf.mul(memory.sum, keep))
  memory.count.assign(tf.mul(memory.count, keep))
  memory.epochs.assign(tf.add(memory.epochs, tf.sub(1, keep)) as Scalar)
}
