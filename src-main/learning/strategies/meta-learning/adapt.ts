import type { Scalar, Tensor, Tf } from '../../runtime.ts'
import type { TaskLoss } from './fast-weights.ts'

/** One task: a few labelled samples to adapt to, and others to be measured by. */
export interface TaskBatch {
  readonly supportX: Tensor
  readonly supportY: Tensor
  readonly queryX: Tensor
  readonly queryY: Tensor
}

/** The inner loop's path: phi_0 = theta, phi_{k+1} = phi_k - alpha * g_k with g_k the gradient of the support loss at phi_k. */
export interface Path {
  /** phi_0 ... phi_K */
  readonly weights: readonly (readonly Tensor[])[]
  /** g_0 ... g_{K-1} */
  readonly gradients: readonly (readonly Tensor[])[]
}

/** Value and gradients with respect to `weights`. */
export function valueAndGradients(
  tf: Tf,
  loss: (weights: readonly Tensor[]) => Scalar,
  weights: readonly Tensor[],
): { value: Scalar; grads: Tensor[] } {
  const run = tf.valueAndGrads((...given: Tensor[]) => loss(given))
  const { value, grads } = run([...weights])
  return { value: value as Scalar, grads }
}

export interface AdaptOptions {
  /** The batch of each step: the whole support set, or a part of it. */
  readonly batches: readonly { readonly x: Tensor; readonly y: Tensor }[]
  /** One tensor per weight, of its shape or a scalar. */
  readonly rates: readonly Tensor[]
}

/** A step of gradient descent on each of the batches. */
export function adapt(tf: Tf, task: TaskLoss, start: readonly Tensor[], { batches, rates }: AdaptOptions): Path {
  const weights: (readonly Tensor[])[] = [start]
  const gradients: (readonly Tensor[])[] = []
  for (const [k, { x, y }] of batches.entries()) {
    const now = weights[k]!
    const { grads } = valueAndGradients(tf, (w) => task.loss(task.outputs(w, x), y), now)
    gradients.push(grads)
    weights.push(now.map((weight, i) => tf.sub(weight, tf.mul(rates[i]!, grads[i]!))))
  }
  return { weights, gradients }
}

export interface MetaGradient {
  /** Of the query loss after adaptation with respect to the start. */
  readonly start: readonly Tensor[]
  /** ... and with respect to the inner rates, of each weight's shape. */
  readonly rates: readonly Tensor[]
  readonly queryLoss: Scalar
}

/** Gradient through the inner loop by its adjoint: v_K = dL_query/dphi_K; for k = K-1 ... 0: v_k = v_{k+1} - H_k (alpha * v_{k+1}) and
 *  dL/dalpha -= g_k * v_{k+1}, with H_k the Hessian of the support loss at phi_k. That is what differentiating through the loop gives
 *  (Finn, Abbeel, Levine, ICML 2017, arXiv 1703.03400, equation in algorithm 1, line 8; Li et al. 2017, arXiv 1707.09835, for alpha).
 *  `order` 1 leaves out H_k (first-order MAML, section 5.2 there). */
export function metaGradient(
  tf: Tf,
  task: TaskLoss,
  batch: TaskBatch,
  path: Path,
  { rates, order }: { rates: readonly Tensor[]; order: 1 | 2 },
): MetaGradient {
  const last = path.weights.at(-1)!
  const query = valueAndGradients(tf, (w) => task.loss(task.outputs(w, batch.queryX), batch.queryY), last)
  let v: readonly Tensor[] = query.grads
  let rateGradients: readonly Tensor[] = last.map((weight) => tf.zerosLike(weight))
  for (let k = path.gradients.length - 1; k >= 0; k--) {
    rateGradients = rateGradients.map((sum, i) => tf.sub(sum, tf.mul(path.gradients[k]![i]!, v[i]!)))
    if (order === 1) continue
    const u = v.map((each, i) => tf.mul(rates[i]!, each))
    const product = hessianVector(tf, task, path.weights[k]!, u, { x: batch.supportX, y: batch.supportY })
    v = v.map((each, i) => tf.sub(each, product[i]!))
  }
  return { start: v, rates: rateGradients, queryLoss: query.value }
}

/** H u of the support loss: exact by differentiating <gradient, u> where the task's ops allow it, else by central differences of
 *  gradients, (g(w + e u) - g(w - e u)) / 2e with e = 0.01 / ||u||, which agrees with it to about four digits in float32. */
export function hessianVector(
  tf: Tf,
  task: TaskLoss,
  weights: readonly Tensor[],
  u: readonly Tensor[],
  { x, y }: { x: Tensor; y: Tensor },
): Tensor[] {
  const loss = (w: readonly Tensor[]) => task.loss(task.outputs(w, x), y)
  if (task.isTwiceDifferentiable) {
    const inner = (w: readonly Tensor[]): Scalar => {
      const { grads } = valueAndGradients(tf, loss, w)
      const products = grads.map((gradient, i) => tf.sum(tf.mul(gradient, u[i]!)))
      return products.reduce((sum, product) => tf.add(sum, product)) as Scalar
    }
    return valueAndGradients(tf, inner, weights).grads
  }
  const norm = tf.sqrt(u.map((each) => tf.sum(tf.square(each))).reduce((sum, square) => tf.add(sum, square)))
  const epsilon = tf.div(0.01, tf.maximum(norm, 1e-12))
  const at = (sign: 1 | -1) => {
    const moved = weights.map((weight, i) => tf.add(weight, tf.mul(tf.mul(epsilon, sign), u[i]!)))
    return valueAndGradients(tf, loss, moved).grads
  }
  const [above, below] = [at(1), at(-1)]
  return above.map((gradient, i) => tf.div(tf.sub(gradient, below[i]!), tf.mul(epsilon, 2)))
}
