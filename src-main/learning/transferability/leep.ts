import { GraftError } from '../../contract/errors.ts'
import type { Matrix } from './matrix.ts'

/** Log expected empirical prediction: mean_i log sum_z P(y_i | z) theta(x_i)_z, where P(y | z) is counted with the source model's soft
 *  predictions. At most 0. Paper: Nguyen et al., ICML 2020, arXiv 2002.12462, equation (2). Source classes that no sample is given to
 *  are left out instead of dividing 0 by 0.
 *  @param probabilities (N, Z) of the source model's classes; logits are refused
 *  @param labels N class indices */
export function leep(probabilities: Matrix, labels: ArrayLike<number>): number {
  requireProbabilities(probabilities)
  const { rows, columns, values } = probabilities
  const classes = 1 + Math.max(...Array.from(labels))
  const joint = new Float64Array(classes * columns)
  const mass = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    for (let z = 0; z < columns; z++) {
      joint[labels[i]! * columns + z]! += values[i * columns + z]!
      mass[z]! += values[i * columns + z]!
    }
  }
  let sum = 0
  for (let i = 0; i < rows; i++) {
    let expected = 0
    for (let z = 0; z < columns; z++) {
      if (mass[z]! > 0) expected += (joint[labels[i]! * columns + z]! / mass[z]!) * values[i * columns + z]!
    }
    sum += Math.log(expected)
  }
  return sum / rows
}

/** Single precision sums up to about 1e-6 per class. */
const TOLERANCE = 1e-3

function requireProbabilities({ rows, columns, values }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    const row = Array.from(values.subarray(i * columns, (i + 1) * columns))
    const total = row.reduce((a, b) => a + b, 0)
    if (row.every((value) => value >= 0) && Math.abs(total - 1) <= TOLERANCE) continue
    throw new GraftError(
      'E_INPUT',
      `LEEP and NCE expected probabilities of the source classes (not negative, with sum 1). Received: sample ${i + 1} with sum ${total.toPrecision(4)}.`,
      { fix: 'Pass raw outputs through a softmax first.' },
    )
  }
}
