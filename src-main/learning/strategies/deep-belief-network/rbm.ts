import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from '../../runtime.ts'

/** What the visible units stand for: numbers in [0, 1] read as probabilities of being on, or real numbers of unit variance. */
export type VisibleUnits = 'bernoulli' | 'gaussian'

/** A restricted Boltzmann machine of V visible and H binary hidden units: W (V, H), visible biases b (V), hidden biases c (H).
 *  E(v, h) = -b'v - c'h - v'Wh; with Gaussian visible units of unit variance ||v - b||^2 / 2 stands in place of -b'v. */
export interface RbmWeights<T extends Tensor = Tensor> {
  readonly W: T
  readonly b: T
  readonly c: T
}

/** p(h = 1 | v) = sigmoid(v W + c): v (N, V) -> (N, H). */
export function hiddenProbabilities(tf: Tf, { W, c }: RbmWeights, v: Tensor): Tensor2D {
  return tf.sigmoid(tf.add(tf.matMul(v as Tensor2D, W as Tensor2D), c))
}

/** E[v | h]: sigmoid(h W' + b), for Gaussian units h W' + b. h (N, H) -> (N, V). */
export function visibleMeans(tf: Tf, units: VisibleUnits, { W, b }: RbmWeights, h: Tensor): Tensor2D {
  const input: Tensor2D = tf.add(tf.matMul(h as Tensor2D, W as Tensor2D, false, true), b)
  return units === 'bernoulli' ? tf.sigmoid(input) : input
}

/** F(v) = -log sum_h exp(-E(v, h)) = -b'v - sum_j log(1 + exp((v W + c)_j)), for Gaussian units with ||v - b||^2 / 2 in place of
 *  -b'v. v (N, V) -> (N). Hinton, "A practical guide to training restricted Boltzmann machines", UTML TR 2010-003, section 16.1. */
export function freeEnergy(tf: Tf, units: VisibleUnits, { W, b, c }: RbmWeights, v: Tensor): Tensor1D {
  const hidden = tf.sum(tf.softplus(tf.add(tf.matMul(v as Tensor2D, W as Tensor2D), c)), 1)
  const visible =
    units === 'bernoulli' ? tf.neg(tf.sum(tf.mul(v, b), 1)) : tf.div(tf.sum(tf.square(tf.sub(v, b)), 1), 2)
  return tf.sub(visible, hidden)
}

/** Mean squared difference of two batches, over samples and units. */
export function meanSquaredError(tf: Tf, a: Tensor, b: Tensor): Scalar {
  return tf.mean(tf.square(tf.sub(a, b)))
}

export interface Divergence {
  /** <v h> of the data less <v h> after k steps of Gibbs sampling, both as means over the batch: the direction in which W, b and
   *  c move. */
  readonly gradient: RbmWeights
  /** Of the first reconstruction: the mean squared difference to the data. */
  readonly reconstructionError: Scalar
}

/** Contrastive divergence with k steps, as in Hinton and Salakhutdinov's rbm.m (Science 313, 2006; Hinton, Neural Computation 14,
 *  2002): hidden states are sampled to make a reconstruction, visible units take their means, and the statistics use the
 *  probabilities of the hidden units, in the last step too: sampling there would only add noise.
 *  v0 (N, V); `uniforms(t)` gives (N, H) numbers in [0, 1) for step t = 0..k-1. */
export function contrastiveDivergence(
  tf: Tf,
  units: VisibleUnits,
  weights: RbmWeights,
  v0: Tensor,
  { k, uniforms }: { k: number; uniforms: (t: number) => Tensor },
): Divergence {
  const data = hiddenProbabilities(tf, weights, v0)
  let first: Tensor2D | null = null
  let v = v0 as Tensor2D
  let h = data
  for (let t = 0; t < k; t++) {
    const states = tf.cast(tf.greater(h, uniforms(t)), 'float32')
    v = visibleMeans(tf, units, weights, states)
    h = hiddenProbabilities(tf, weights, v)
    first ??= v
  }
  const statistics = tf.sub(tf.matMul(v0 as Tensor2D, data, true), tf.matMul(v, h, true))
  const gradient = {
    W: tf.div(statistics, v0.shape[0]!),
    b: tf.mean(tf.sub(v0, v), 0),
    c: tf.mean(tf.sub(data, h), 0),
  }
  return { gradient, reconstructionError: meanSquaredError(tf, v0, first!) }
}

export interface RbmUpdate {
  readonly rate: Scalar
  readonly momentum: Scalar
  /** Pulls W, and W alone, towards zero. */
  readonly weightCost: number
}

/** The next velocities: momentum * velocity + rate * (gradient - weightCost * W), without the cost for biases. The weights are then
 *  moved by them. */
export function nextVelocities(
  tf: Tf,
  weights: RbmWeights,
  velocities: RbmWeights,
  gradient: RbmWeights,
  { rate, momentum, weightCost }: RbmUpdate,
): RbmWeights {
  const next = (velocity: Tensor, direction: Tensor) => tf.add(tf.mul(velocity, momentum), tf.mul(direction, rate))
  return {
    W: next(velocities.W, tf.sub(gradient.W, tf.mul(weights.W, weightCost))),
    b: next(velocities.b, gradient.b),
    c: next(velocities.c, gradient.c),
  }
}
