import { argmaxAt } from '../losses/soft-targets.ts'

/** Share of labelled rows whose most probable class is the label, 0..1; null: none is labelled (NaN). `outputs` (N * C) logits or
 *  probabilities, `targets` (N). */
export function accuracyOf(outputs: Float32Array, targets: ArrayLike<number>, classes: number): number | null {
  let [labelled, hits] = [0, 0]
  for (let row = 0; row < targets.length; row++) {
    if (Number.isNaN(targets[row]!)) continue
    labelled += 1
    if (argmaxAt(outputs, row * classes, classes) === targets[row]) hits += 1
  }
  return labelled === 0 ? null : hits / labelled
}

/** Share of rows on which two models name the same class, 0..1; null: there are no rows. Both (N * C). */
export function agreementOf(a: Float32Array, b: Float32Array, classes: number): number | null {
  const rows = a.length / classes
  let same = 0
  for (let row = 0; row < rows; row++) {
    if (argmaxAt(a, row * classes, classes) === argmaxAt(b, row * classes, classes)) same += 1
  }
  return rows === 0 ? null : same / rows
}

/** Total variation distance of two models' probabilities per row, sum_c |p_c - q_c| / 2 in 0..1. Both (N * C). */
export function disagreement(p: Float32Array, q: Float32Array, classes: number): Float64Array {
  const distances = new Float64Array(p.length / classes)
  for (let i = 0; i < p.length; i++) distances[Math.floor(i / classes)]! += Math.abs(p[i]! - q[i]!) / 2
  return distances
}

/** Mean of the largest probability of each row; 1: one-hot. (N * C). */
export function meanConfidence(probabilities: Float32Array, classes: number): number {
  let sum = 0
  for (let at = 0; at < probabilities.length; at += classes) {
    sum += probabilities[at + argmaxAt(probabilities, at, classes)]!
  }
  return sum / Math.max(1, probabilities.length / classes)
}
