import type { Scalar, Tensor, Tensor1D, Tf } from '../lab.ts'
import type { HeadInfo } from './heads.ts'
import type { Samples } from './training-data.ts'

/** One batch in tensors; dispose of all of them after the step. */
export interface Batch {
  /** (B, ...) stored values; `normalise` makes the network's input of them. */
  readonly x: Tensor
  /** Per head: one-hot (B, C), or standardised numbers (B). Rows without a label are zero. */
  readonly targets: readonly Tensor[]
  /** Per head (B): 0 where the label is missing, else the weight of its class. */
  readonly weights: readonly Tensor1D[]
}

export function readRows(tf: Tf, samples: Samples, rows: readonly number[], epoch: number | null): Tensor {
  const size = samples.shape.reduce((total, value) => total * value, 1)
  const values = new Float32Array(rows.length * size)
  for (const [i, row] of rows.entries()) {
    if (epoch === null) samples.read(row, values, i * size)
    else samples.readTraining(row, epoch, values, i * size)
  }
  return tf.tensor(values, [rows.length, ...samples.shape])
}

/** Makes the tensors of one training batch. */
export function makeBatch(
  tf: Tf,
  samples: Samples,
  rows: readonly number[],
  labels: { heads: readonly HeadInfo[]; targets: readonly Float64Array[]; epoch: number },
): Batch {
  const each = labels.heads.map((head, h) => headTensors(tf, head, labels.targets[h]!, rows))
  return {
    x: readRows(tf, samples, rows, labels.epoch),
    targets: each.map(({ target }) => target),
    weights: each.map(({ weight }) => weight),
  }
}

function headTensors(tf: Tf, head: HeadInfo, targets: Float64Array, rows: readonly number[]) {
  const width = head.type === 'classification' ? head.classes.length : 1
  const target = new Float32Array(rows.length * width)
  const weight = new Float32Array(rows.length)
  for (const [i, row] of rows.entries()) {
    const value = targets[row]!
    if (Number.isNaN(value)) continue
    weight[i] = head.classWeights[value] ?? 1
    if (head.type === 'classification') target[i * width + value] = 1
    else target[i] = (value - head.mean) / head.std
  }
  const shape = head.type === 'classification' ? [rows.length, width] : [rows.length]
  return { target: tf.tensor(target, shape), weight: tf.tensor1d(weight) }
}

export function disposeBatch(batch: Batch): void {
  for (const tensor of [batch.x, ...batch.targets, ...batch.weights]) tensor.dispose()
}

/** Stored values to network input, x * scale + shift per channel (last axis); within a tidy. */
export function normalise(tf: Tf, samples: Pick<Samples, 'normalisation'>, x: Tensor): Tensor {
  const { normalisation } = samples
  if (normalisation === null) return x
  return tf.add(tf.mul(x, tf.tensor1d([...normalisation.scale])), tf.tensor1d([...normalisation.shift]))
}

/** Numbers that change with the step, as tensors. */
export interface StepScalars {
  /** int32 */
  readonly step: Scalar
  readonly learningRate: Scalar
  readonly optimizer: readonly Scalar[]
}

export function disposeScalars(scalars: StepScalars): void {
  for (const tensor of [scalars.step, scalars.learningRate, ...scalars.optimizer]) tensor.dispose()
}
