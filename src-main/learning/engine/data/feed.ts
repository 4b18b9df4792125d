import type { Scalar, Tensor, Tensor1D, Tf } from '../../runtime.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import { bytesTensor, bytesToFloat, splitBytes } from '../../ops/bytes.ts'
import { DT_UINT8, nativeType } from '../../ops/native.ts'
import type { Samples, Values } from './training-data.ts'

/** Values of some rows as one tensor, (B, ...shape). */
export function samplesTensor(tf: Tf, shape: readonly number[], values: Values): Tensor {
  const size = shape.reduce((total, value) => total * value, 1)
  const full = [values.length / size, ...shape]
  return values instanceof Uint8Array ? bytesTensor(tf, values, full) : tf.tensor(values, full, 'float32')
}

/** Cuts a batch into equal parts along its first axis. */
export function splitBatch(tf: Tf, x: Tensor, parts: number): Tensor[] {
  return nativeType(x) === DT_UINT8 ? splitBytes(tf, x, parts) : tf.split(x, parts)
}

/** Stored values to network input: changes where there are any, then x * scale + shift per channel (last axis). Pure tensor
 *  code; within a tidy. */
export function toInput(
  tf: Tf,
  samples: Pick<Samples, 'normalisation' | 'changes' | 'storage'>,
  x: Tensor,
  drawn: readonly Tensor[] | null,
): Tensor {
  const numbers = samples.storage === 'uint8' ? bytesToFloat(tf, x) : x
  const changed = drawn === null || samples.changes === null ? numbers : samples.changes.apply(tf, numbers, drawn)
  const { normalisation } = samples
  if (normalisation === null) return changed
  return tf.add(tf.mul(changed, tf.tensor1d([...normalisation.scale])), tf.tensor1d([...normalisation.shift]))
}

/** What a head learns from on one batch. */
export interface HeadTargets {
  /** One-hot (B, C), tags as 0 and 1 (B, C), or standardised numbers (B). Rows without a label are zero. */
  readonly target: Tensor
  /** (B): 0 where the label is missing, else the weight of its class (of tags: 1). Null: all are 1. */
  readonly weight: Tensor1D | null
}

/** Whether every one of these rows is labelled and counts alike. */
export function isUniform(head: HeadInfo, targets: Float64Array, rows: readonly number[]): boolean {
  return (head.type === 'tags' || head.classWeights.length === 0) && rows.every((row) => !Number.isNaN(targets[row]!))
}

/** `uniform`: of all training rows; their weights are then left out. */
export function headTargets(
  tf: Tf,
  head: HeadInfo,
  targets: Float64Array,
  rows: readonly number[],
  uniform: boolean,
): HeadTargets {
  const width = head.type === 'regression' ? 1 : head.classes.length
  const target = new Float32Array(rows.length * width)
  const weight = new Float32Array(rows.length)
  for (const [i, row] of rows.entries()) {
    const value = targets[row]!
    if (Number.isNaN(value)) continue
    weight[i] = head.type === 'tags' ? 1 : (head.classWeights[value] ?? 1)
    if (head.type === 'tags') {
      // The same for two classes, yes and no.
      target.fill(head.labelSmoothing / 2, i * width, (i + 1) * width)
      for (const tag of head.tags?.sets[value] ?? []) target[i * width + tag]! += 1 - head.labelSmoothing
    } else if (head.type === 'classification') {
      // Szegedy et al., CVPR 2016, arXiv 1512.00567, section 7: q' = (1 - s) q + s / C.
      target.fill(head.labelSmoothing / width, i * width, (i + 1) * width)
      target[i * width + value]! += 1 - head.labelSmoothing
    } else target[i] = (value - head.mean) / head.std
  }
  const shape = head.type === 'regression' ? [rows.length] : [rows.length, width]
  return { target: tf.tensor(target, shape), weight: uniform ? null : tf.tensor1d(weight) }
}

/** Numbers that change with the step, as tensors. */
export interface StepScalars {
  /** int32 */
  readonly step: Scalar
  readonly learningRate: Scalar
  /** Of the optimizer and of what goes with it (apply-gradients.ts). */
  readonly optimizer: readonly Scalar[]
  /** Of the phase's objective. */
  readonly objective: readonly Scalar[]
}

/** Plain numbers of one step. */
export interface StepNumbers {
  readonly step: number
  readonly learningRate: number
  readonly optimizer: readonly number[]
  readonly objective: readonly number[]
}
