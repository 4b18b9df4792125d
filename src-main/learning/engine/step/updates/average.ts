import type { Scalar, Tf, Variable } from '../../../runtime.ts'

/** Running average of the weights: average = d * average + (1 - d) * weight after each update. Polyak, Juditsky, SIAM J. Control
 *  Optim. 30 (1992); the decay of early updates is min(decay, (1 + n) / (10 + n)) after n of them, as TensorFlow's
 *  ExponentialMovingAverage has it, so that the start is forgotten soon. */
export function averageDecay(decay: number, updates: number): number {
  return Math.min(decay, (1 + updates) / (10 + updates))
}

export function moveAverage(tf: Tf, average: Variable, weight: Variable, decay: Scalar): void {
  average.assign(tf.add(weight, tf.mul(tf.sub(average, weight), decay)))
}
