import { seededRandom, shuffle } from '../../../../../base/seeded-random.ts'
import type { Scalar, Tensor1D, Tensor2D, Tf } from '../../../../runtime.ts'
import { fixedWeights } from './fixed-weights.ts'
import type { TaskWeighting, WeightingOptions } from './task-weighting.ts'

/** For each task i the other tasks in the order in which its gradient is cleared of conflicts with them. */
export function surgeryOrders(tasks: number, seed: number, step: number): number[][] {
  const random = seededRandom(seed, `gradient surgery of step ${step}`)
  const all = Array.from({ length: tasks }, (_, t) => t)
  return all.map((i) => shuffle(all.filter((j) => j !== i), random)) // prettier-ignore
}

/** PCGrad: for j in random order, if g_i . g_j < 0: g_i -= (g_i . g_j) / ||g_j||^2 g_j; then g = sum_i g_i. Paper: Yu et al., NeurIPS
 *  2020, arXiv 2001.06782, algorithm 1; the g_j are the tasks' own gradients. Every g_i stays a combination sum_k c_ik g_k of these, so all that is
 *  needed are their inner products (T, T): the answer is sum_i c_ik (T), the weight of each task's gradient in g. `orders`: per task T - 1
 *  numbers of tasks. */
export function surgeryWeights(tf: Tf, products: Tensor2D, orders: readonly (readonly Scalar[])[]): Tensor1D {
  const tasks = orders.length
  const places = tf.range(0, tasks)
  const one = (place: Scalar | number) => tf.cast(tf.equal(places, place), 'float32') as Tensor1D
  const inner = (a: Tensor1D, b: Tensor1D) => tf.sum(tf.mul(tf.mul(tf.expandDims(a, 1), products), tf.expandDims(b, 0)))
  const cleared = orders.map((order, i) =>
    order.reduce<Tensor1D>((own, place) => {
      const other = one(place)
      const conflict = tf.minimum(inner(own, other), 0)
      return tf.sub(own, tf.mul(other, tf.div(conflict, tf.maximum(inner(other, other), 1e-30))))
    }, one(i)),
  )
  return tf.addN(cleared)
}

/** The weighting of multi-task.ts for it. A task's gradient is that of its share a_t / sum a of the loss, so that a step is as large
 *  as with equal weights. Only what tasks share is cleared; a head's gradient is its own, as in LibMTL. */
export function gradientSurgery({ importance, seed }: WeightingOptions): TaskWeighting {
  const tasks = importance.length
  const { variables, combine } = fixedWeights({ importance })
  return {
    variables,
    numbers: ({ step }) => surgeryOrders(tasks, seed, step).flat(),
    combine,
    fromGradients: (tf, products, numbers) =>
      surgeryWeights(
        tf,
        products,
        Array.from({ length: tasks }, (_, i) => numbers.slice(i * (tasks - 1), (i + 1) * (tasks - 1))),
      ),
  }
}
