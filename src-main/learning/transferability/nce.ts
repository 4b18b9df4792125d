import type { Matrix } from './matrix.ts'

/** Negative conditional entropy -H(Y | Z) of the labels given the source model's predicted class Z: 0 where the prediction settles the label.
 *  Paper: Tran et al., ICCV 2019, arXiv 1908.08142, equation (5).
 *  @param scores (N, Z): probabilities or anything with the same largest class
 *  @param labels N class indices */
export function nce(scores: Matrix, labels: ArrayLike<number>): number {
  const { rows, columns, values } = scores
  const classes = 1 + Math.max(...Array.from(labels))
  const counts = new Float64Array(columns * classes)
  const given = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    const z = largest(values, i * columns, columns)
    counts[z * classes + labels[i]!]! += 1
    given[z]! += 1
  }
  let sum = 0
  for (let z = 0; z < columns; z++) {
    for (let y = 0; y < classes; y++) {
      const count = counts[z * classes + y]!
      if (count > 0) sum += (count / rows) * Math.log(count / given[z]!)
    }
  }
  return sum
}

function largest(values: Matrix['values'], from: number, count: number): number {
  let best = 0
  for (let z = 1; z < count; z++) if (values[from + z]! > values[from + best]!) best = z
  return best
}
