import type { WeightValues } from '../../weights/weight-values.ts'
import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'
import type { TaskCopies } from '../../network/task-copies.ts'

/** A layer whose copies are drawn to each other. */
export interface Link {
  /** The planned network's layer. */
  readonly layer: string
  readonly strength: number
  /** Its copies' names. */
  readonly copies: readonly string[]
}

export function linksOf({ copies }: TaskCopies, strengths: ReadonlyMap<string, number>): Link[] {
  return [...strengths].flatMap(([layer, strength]) => {
    const names = (copies.get(layer) ?? []).map((copy) => copy.layer)
    return names.length > 1 ? [{ layer, strength, copies: names }] : []
  })
}

/** sum_l lambda_l sum_{a<b} ||W_l^a - W_l^b||_F^2 over all gradient-trained weights W_l of a layer, and pairs of tasks. Duong, Cohn, Bird, Cook, ACL
 *  2015, "Low resource dependency parsing", section 3 (there two languages and one strength). */
export function linkPenalty(tf: Tf, links: readonly Link[], weights: ReadonlyMap<string, Variable>): Scalar {
  const terms = links.flatMap(({ strength, copies }) =>
    strength === 0 ? [] : [tf.mul(strength, squaredDistance(tf, copies, weights))],
  )
  return terms.length === 0 ? tf.scalar(0) : (tf.addN(terms) as Scalar)
}

function squaredDistance(tf: Tf, copies: readonly string[], weights: ReadonlyMap<string, Variable>): Tensor {
  const own = copies.map((copy) => [...weights].filter(([name, v]) => v.trainable && name.startsWith(`${copy}/`)))
  const terms = own.flatMap((one, a) =>
    own.slice(a + 1).flatMap((other) => one.map(([, weight], i) => tf.sum(tf.squaredDifference(weight, other[i]![1])))),
  )
  return tf.addN(terms)
}

/** ||W_l^a - W_l^b||_F, the mean over pairs of tasks, of the weights as they are. */
export function linkDistance({ copies }: Link, values: WeightValues, isTrained: (name: string) => boolean): number {
  const own = copies.map((copy) =>
    [...values].filter(([name]) => name.startsWith(`${copy}/`) && isTrained(name)).map(([, weight]) => weight.values),
  )
  const distances = own.flatMap((one, a) =>
    own.slice(a + 1).map((other) => {
      const squares = one.flatMap((weight, i) => [...weight].map((value, k) => (value - other[i]![k]!) ** 2))
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
    }),
  )
  return distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length)
}
