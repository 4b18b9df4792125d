import type { Tensor, Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'

/** Euclidean distances between some rows and some others, (from.length * to.length). */
export function distancesBetween(tf: Tf, points: Matrix, from: ArrayLike<number>, to: ArrayLike<number>): Float32Array {
  return valuesOf(tf.tidy(() => tf.sqrt(squaresBetween(tf, points, from, to))))
}

/** From each of some rows to the nearest of others; Infinity where there are none. */
export function nearestDistances(tf: Tf, points: Matrix, from: ArrayLike<number>, to: ArrayLike<number>): Float32Array {
  const nearest = new Float32Array(from.length).fill(Infinity)
  for (let own = 0; own < from.length; own += BLOCK) {
    const rows = blockOf(from, own)
    for (let at = 0; at < to.length; at += BLOCK) {
      const found = valuesOf(tf.tidy(() => tf.sqrt(tf.min(squaresBetween(tf, points, rows, blockOf(to, at)), 1))))
      found.forEach((distance, i) => (nearest[own + i] = Math.min(nearest[own + i]!, distance)))
    }
  }
  return nearest
}

function squaresBetween(tf: Tf, points: Matrix, from: ArrayLike<number>, to: ArrayLike<number>): Tensor {
  const [a, b] = [from, to].map((rows) => tf.tensor2d(rowsOf(points, rows), [rows.length, points.columns]))
  const lengths = tf.add(tf.sum(tf.square(a!), 1, true), tf.sum(tf.square(b!), 1))
  return tf.relu(tf.sub(lengths, tf.mul(2, tf.matMul(a!, b!, false, true))))
}

function valuesOf(tensor: Tensor): Float32Array {
  const values = tensor.dataSync<'float32'>()
  tensor.dispose()
  return values
}

/** Of an array of any kind, without a copy of all of it. */
const blockOf = (rows: ArrayLike<number>, from: number) =>
  Array.from({ length: Math.min(BLOCK, rows.length - from) }, (_, i) => rows[from + i]!)

const BLOCK = 2048

function rowsOf({ columns, values }: Matrix, rows: ArrayLike<number>): Float32Array {
  const result = new Float32Array(rows.length * columns)
  for (let i = 0; i < rows.length; i++)
    result.set(values.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns)
  return result
}
