import { shares, sumOf, type TaskWeighting, type WeightingOptions } from './task-weighting.ts'

/** L = sum_t c_t L_t with c_t = a_t / sum a: equal weights are the mean of the losses, (1/T) sum_t L_t. A plain sum, which some
 *  libraries call equal weighting, multiplies the size of every step of what is shared by T: more tasks then look like a
 *  higher learning rate. */
export function fixedWeights({ importance }: Pick<WeightingOptions, 'importance'>): TaskWeighting {
  const fixed = shares(importance)
  return {
    variables: new Map(),
    numbers: () => [],
    combine(tf, { losses }) {
      const weights = tf.tensor1d(fixed)
      return { loss: sumOf(tf, tf.mul(losses, weights)), weights }
    },
  }
}
