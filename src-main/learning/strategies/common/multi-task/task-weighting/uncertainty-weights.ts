import type { Tf } from '../../../../runtime.ts'
import { sumOf, type TaskWeighting, type WeightingOptions } from './task-weighting.ts'

/** Start of every s_t, as in LibMTL (weighting/UW.py). */
export const UNCERTAINTY_START = -0.5

/** Weights learnt as the tasks' homoscedastic uncertainty: L = sum_t a_t (L_t / (2 e^{s_t}) + s_t / 2), s_t = log sigma_t^2. Paper: Kendall,
 *  Gal, Cipolla, CVPR 2018, arXiv 1705.07115, equation 7, in the stable form with s. At its best s_t = log L_t: a task's weight is
 *  then 1 / (2 L_t), so that every loss counts by its relative change. Departs from it: classification takes the same factor 1/2 as
 *  regression (as LibMTL does; it only moves s), and s_t stands still in a batch without a label of task t, which would
 *  otherwise pull it down by its own term. */
export function uncertaintyWeights(tf: Tf, { importance }: Pick<WeightingOptions, 'importance'>): TaskWeighting {
  const start = tf.fill([importance.length], UNCERTAINTY_START)
  const s = tf.variable(start, true)
  start.dispose()
  return {
    variables: new Map([['uncertainty', s]]),
    numbers: () => [],
    combine(tf, { losses, labelled }) {
      const present = tf.cast(tf.greater(labelled, 0), 'float32')
      const factors = tf.mul(tf.tensor1d([...importance]), present)
      const weights = tf.mul(factors, tf.mul(0.5, tf.exp(tf.neg(s))))
      const loss = tf.add(sumOf(tf, tf.mul(weights, losses)), sumOf(tf, tf.mul(factors, tf.mul(0.5, s))))
      return { loss: loss as never, weights: weights as never }
    },
  }
}
