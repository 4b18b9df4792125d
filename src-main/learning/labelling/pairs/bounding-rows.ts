import { pickEvenly } from '../../../base/pick-evenly.ts'
import { seededRandom } from '../../../base/seeded-random.ts'
import type { Tensor2D, Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import { unitRows } from './cosine-blocks.ts'
import { readValues } from '../../ops/read-values.ts'

const SAMPLE = 4096
const ROUNDS = 3
const BLOCK = 4096

/** Rows of length 1, with fewer numbers, whose products are never below the cosines of the features: x = (p, r), its part within a space of
 *  `directions` dimensions and the part outside, gives x·y = p·p' + r·r' <= p·p' + |r||r'| (Cauchy, Schwarz). The space is the one that
 *  holds most of a sample (subspace iteration: Halko, Martinsson, Tropp 2011, algorithm 4.4), so that the bound is tight.
 *  @param scale 1 / length of each row
 *  @returns (N, directions + 1) */
export function boundingRows(tf: Tf, features: Matrix, scale: Float32Array, directions: number): Matrix {
  const { rows } = features
  const basis = tf.tensor2d(mainDirections(tf, features, directions), [features.columns, directions])
  const values = new Float32Array(rows * (directions + 1))
  try {
    for (let from = 0; from < rows; from += BLOCK) {
      const count = Math.min(BLOCK, rows - from)
      const [inside] = readValues(tf, () => [tf.matMul(unitRows(tf, features, scale, from, count), basis)])
      for (let i = 0; i < count; i++) {
        const part = inside!.subarray(i * directions, (i + 1) * directions)
        const at = (from + i) * (directions + 1)
        values.set(part, at)
        values[at + directions] = scale[from + i] === 0 ? 0 : outside(part)
      }
    }
  } finally {
    basis.dispose()
  }
  return { rows, columns: directions + 1, values }
}

function outside(part: ArrayLike<number>): number {
  let inside = 0
  for (let j = 0; j < part.length; j++) inside += part[j]! ** 2
  return Math.sqrt(Math.max(0, 1 - inside))
}

/** (D, directions), orthonormal columns. */
function mainDirections(tf: Tf, features: Matrix, directions: number): Float32Array {
  const { columns, values } = features
  const picked = pickEvenly([...Array(features.rows).keys()], SAMPLE)
  const sample = new Float32Array(picked.length * columns)
  picked.forEach((row, i) => sample.set(values.subarray(row * columns, (row + 1) * columns), i * columns))
  const random = seededRandom(0, 'directions')
  let basis = orthonormal(
    Float32Array.from({ length: columns * directions }, () => random() - 0.5),
    columns,
    directions,
  )
  const x = tf.tidy(() => tf.tensor2d(sample, [picked.length, columns])) as Tensor2D
  const unit = tf.tidy(() => x.div(tf.maximum(tf.norm(x, 'euclidean', 1, true), 1e-30)) as Tensor2D)
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [next] = readValues(tf, () => [
        tf.matMul(unit, tf.matMul(unit, tf.tensor2d(basis, [columns, directions])), true),
      ])
      basis = orthonormal(next!, columns, directions)
    }
    return basis
  } finally {
    tf.dispose([x, unit])
  }
}

/** Gram and Schmidt's way, each column freed of the others twice; columns that depend on others become 0. */
function orthonormal(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const done: Float64Array[] = []
  for (let c = 0; c < columns; c++) {
    const column = Float64Array.from({ length: rows }, (_, i) => matrix[i * columns + c]!)
    const length = Math.sqrt(dot(column, column))
    for (let pass = 0; pass < 2; pass++)
      for (const other of done) {
        const factor = dot(column, other)
        for (let i = 0; i < rows; i++) column[i]! -= factor * other[i]!
      }
    const left = Math.sqrt(dot(column, column))
    const factor = left > 1e-6 * length ? 1 / left : 0
    for (let i = 0; i < rows; i++) column[i]! *= factor
    done.push(column)
  }
  const result = new Float32Array(rows * columns)
  done.forEach((column, c) => column.forEach((value, i) => (result[i * columns + c] = value)))
  return result
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
