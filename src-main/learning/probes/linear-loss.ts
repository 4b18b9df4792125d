import type { Tensor1D, Tensor2D, Tf } from '../runtime.ts'

/** A part of the samples. */
export interface SampleBlock {
  /** (n, D), standardised. */
  readonly x: Tensor2D
  /** (n, K): shares of the classes, or (n, 1): numbers. */
  readonly targets: Tensor2D
  /** (n); null: each counts once. */
  readonly weights: Tensor1D | null
  /** (K), of `sigmoids`: weight of each output's ones; null: 1. */
  readonly positive?: Tensor1D | null
}

/** softmax: cross-entropy. sigmoids: the sum of each output's binary cross-entropy. squares: squared error. */
export type LinearLoss = 'softmax' | 'sigmoids' | 'squares'

/** Sums over samples; gradient (D * K) row by row, then the biases. */
export interface LossSum {
  value: number
  readonly gradient: Float64Array
}

/** Adds a block's losses and gradients at some parameters to a sum. Matrices in single precision, their losses added up in double: near a
 *  minimum a sum of ten thousand losses has no digits left for the difference between two points.
 *  @param parameters (D * K) row by row, then the biases */
export function addBlockLoss(
  tf: Tf,
  { x, targets, weights, positive = null }: SampleBlock,
  parameters: Float64Array,
  loss: LinearLoss,
  sum: LossSum,
): void {
  const [d, k] = [x.shape[1], targets.shape[1]]
  const [losses, kernel, bias] = tf.tidy(() => {
    const w = tf.tensor2d(Float32Array.from(parameters.subarray(0, d * k)), [d, k])
    const outputs = tf.add(tf.matMul(x, w), tf.tensor1d(Float32Array.from(parameters.subarray(d * k)))) as Tensor2D
    const plain = LOSSES[loss](tf, outputs, targets, positive)
    const each = weights === null ? plain.losses : tf.mul(plain.losses, weights)
    const error = weights === null ? plain.error : tf.mul(plain.error, tf.expandDims(weights, 1))
    return [each, tf.matMul(x, error as Tensor2D, true), tf.sum(error, 0)] as const
  })
  const values = losses.dataSync()
  for (let i = 0; i < values.length; i++) sum.value += values[i]!
  const [byWeight, byBias] = [kernel.dataSync(), bias.dataSync()]
  for (let i = 0; i < byWeight.length; i++) sum.gradient[i]! += byWeight[i]!
  for (let i = 0; i < byBias.length; i++) sum.gradient[d * k + i]! += byBias[i]!
  tf.dispose([losses, kernel, bias])
}

type PlainLoss = (
  tf: Tf,
  outputs: Tensor2D,
  targets: Tensor2D,
  positive: Tensor1D | null,
) => { losses: Tensor1D; error: Tensor2D }

const crossEntropy: PlainLoss = (tf, outputs, targets) => {
  const logProbabilities = tf.logSoftmax(outputs)
  return {
    losses: tf.neg(tf.sum(tf.mul(targets, logProbabilities), 1)) as Tensor1D,
    error: tf.sub(tf.exp(logProbabilities), targets) as Tensor2D,
  }
}

/** (1 - y) z + (1 + (w - 1) y) softplus(-z), which no large output overflows. */
const binaryCrossEntropies: PlainLoss = (tf, outputs, targets, positive) => {
  const missing = tf.sub(1, targets)
  const present = positive === null ? tf.onesLike(targets) : tf.add(1, tf.mul(targets, tf.sub(positive, 1)))
  const losses = tf.add(tf.mul(missing, outputs), tf.mul(present, tf.softplus(tf.neg(outputs))))
  const error = tf.sub(missing, tf.mul(present, tf.sigmoid(tf.neg(outputs)))) as Tensor2D
  return { losses: tf.sum(losses, 1) as Tensor1D, error }
}

const squaredError: PlainLoss = (tf, outputs, targets) => {
  const difference = tf.sub(outputs, targets) as Tensor2D
  return { losses: tf.sum(tf.square(difference), 1) as Tensor1D, error: tf.mul(difference, 2) as Tensor2D }
}

const LOSSES: Readonly<Record<LinearLoss, PlainLoss>> = {
  softmax: crossEntropy,
  sigmoids: binaryCrossEntropies,
  squares: squaredError,
}

/** Mean loss and its gradient with the penalty: softmax and sigmoids + |W|^2 / (2 C N), squares + |W|^2 / (C N) (scikit-learn's LogisticRegression(C)
 *  and Ridge(alpha = 1 / C)). Biases are not penalised.
 *  @param samples N; `weight`: sum of the samples' weights, N where each counts once */
export function penalised(
  sum: LossSum,
  parameters: Float64Array,
  {
    loss,
    c,
    samples,
    weight,
    outputs,
  }: { loss: LinearLoss; c: number; samples: number; weight: number; outputs: number },
): LossSum {
  const gradient = sum.gradient.map((g) => g / weight)
  let value = sum.value / weight
  const factor = (loss === 'squares' ? 2 : 1) / (c * samples)
  for (let i = 0; i < parameters.length - outputs; i++) {
    value += (factor * parameters[i]! ** 2) / 2
    gradient[i]! += factor * parameters[i]!
  }
  return { value, gradient }
}
