import type { WeightValues } from '../../weights/weight-values.ts'
import type { Objective } from '../../engine/step/objective.ts'
import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'

export interface StartingPointOptions {
  /** Layers that started with weights of the base and learn. */
  readonly reused: ReadonlySet<string>
  /** Layers that started fresh and learn. */
  readonly fresh: ReadonlySet<string>
  readonly alpha: number
  readonly beta: number
}

/** L2-SP: alpha/2 ||w - w0||^2 over reused layers + beta/2 ||w||^2 over fresh ones; w0 are the base's weights, so that what is not needed
 *  for the new task stays as it was. All gradient-trained weights count. Paper: Li, Grandvalet, Davoine, ICML 2018, arXiv
 *  1802.01483, equation 2. */
export function startingPointPenalty(
  tf: Tf,
  weights: ReadonlyMap<string, Variable>,
  start: WeightValues,
  { reused, fresh, alpha, beta }: StartingPointOptions,
): Scalar {
  const half = (factor: number, tensor: Tensor) => tf.mul(factor / 2, tf.sum(tf.square(tensor)))
  const terms = [...weights].flatMap(([name, weight]) => {
    const layer = name.slice(0, name.indexOf('/'))
    if (!weight.trainable) return []
    if (reused.has(layer)) {
      const { values } = start.get(name)!
      return [half(alpha, tf.sub(weight, tf.tensor(values.slice(), weight.shape, 'float32')))]
    }
    return fresh.has(layer) ? [half(beta, weight)] : []
  })
  return terms.length === 0 ? tf.scalar(0) : (tf.addN(terms) as Scalar)
}

/** The heads' losses with this penalty; it is the series `train.penalty`. */
export function startingPointObjective(options: StartingPointOptions): Objective {
  return {
    metrics: ['penalty'],
    loss(tf, input) {
      const outputs = input.forward()
      const penalty = startingPointPenalty(tf, input.weights, input.start, options)
      return { loss: tf.add(input.supervised(outputs), penalty), outputs, metrics: [penalty] }
    },
  }
}
