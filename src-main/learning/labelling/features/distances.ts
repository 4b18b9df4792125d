import type { Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'

/** Euclidean distances between some rows and some others, (from.length * to.length). */
export function distancesBetween(tf: Tf, points: Matrix, from: ArrayLike<number>, to: ArrayLike<number>): Float32Array {
  const result = tf.tidy(() => {
    const [a, b] = [from, to].map((rows) => tf.tensor2d(rowsOf(points, rows), [rows.length, points.columns]))
    const squares = tf.add(tf.sum(tf.square(a!), 1, true), tf.sum(tf.square(b!), 1))
    return tf.sqrt(tf.relu(tf.sub(squares, tf.mul(2, tf.matMul(a!, b!, false, true)))))
  })
  const values = result.dataSync<'float32'>()
  result.dispose()
  return values
}

/** From each of some rows to the nearest of others; Infinity where there are none. */
export function nearestDistances(tf: Tf, points: Matrix, from: ArrayLike<number>, to: ArrayLike<number>): Float32Array {
  const nearest = new Float32Array(from.length).fill(Infinity)
  for (let at = 0; at < to.length; at += BLOCK) {
    const others = Array.prototype.slice.call(to, at, at + BLOCK) as number[]
    for (let own = 0; own < from.length; own += BLOCK) {
      const rows = Array.prototype.slice.call(from, own, own + BLOCK) as number[]
      const distances = distancesBetween(tf, points, rows, others)
      for (let i = 0, place = 0; i < rows.length; i++)
        for (let j = 0; j < others.length; j++, place++)
          if (distances[place]! < nearest[own + i]!) nearest[own + i] = distances[place]!
    }
  }
  return nearest
}

const BLOCK = 2048

function rowsOf({ columns, values }: Matrix, rows: ArrayLike<number>): Float32Array {
  const result = new Float32Array(rows.length * columns)
  for (let i = 0; i < rows.length; i++)
    result.set(values.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns)
  return result
}
