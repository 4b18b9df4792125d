import { seededRandom } from '../../../base/seeded-random.ts'

/** Columns of a (rows, width) matrix made orthogonal and of length 1, in place: modified Gram-Schmidt, twice over, which is enough
 *  (Giraud, Langou, Rozložník 2005). A column that is a mixture of those before it gives way to a seeded random one, so that features of
 *  low rank leave no hole. width <= rows. */
export function orthonormalise(values: Float64Array, rows: number, width: number): Float64Array {
  const random = seededRandom(width, 'spare directions')
  for (let k = 0; k < width; k++) {
    const before = norm(values, rows, width, k)
    subtract(values, rows, width, k)
    let after = norm(values, rows, width, k)
    while (after <= 1e-10 * before || after === 0) {
      for (let i = 0; i < rows; i++) values[i * width + k] = random() - 0.5
      subtract(values, rows, width, k)
      after = norm(values, rows, width, k)
      if (after > 1e-6) break
    }
    scale(values, rows, width, k, 1 / after)
    subtract(values, rows, width, k)
    scale(values, rows, width, k, 1 / norm(values, rows, width, k))
  }
  return values
}

/** Takes from column k what lies along the columns before it. */
function subtract(values: Float64Array, rows: number, width: number, k: number): void {
  for (let j = 0; j < k; j++) {
    let along = 0
    for (let at = 0; at < rows * width; at += width) along += values[at + k]! * values[at + j]!
    for (let at = 0; at < rows * width; at += width) values[at + k]! -= along * values[at + j]!
  }
}

function norm(values: Float64Array, rows: number, width: number, k: number): number {
  let sum = 0
  for (let i = 0; i < rows; i++) sum += values[i * width + k]! ** 2
  return Math.sqrt(sum)
}

function scale(values: Float64Array, rows: number, width: number, k: number, factor: number): void {
  for (let i = 0; i < rows; i++) values[i * width + k]! *= factor
}
