import { setImmediate } from 'node:timers/promises'
import type { Tensor1D, Tensor2D, Tf } from '../../runtime.ts'
import type { FeatureRows } from './principal-components.ts'

export interface Neighbours {
  /** Per row `count` rows, the row itself first, then the nearest first. */
  readonly rows: Int32Array
  /** Euclidean. */
  readonly distances: Float32Array
  readonly count: number
}

export interface NeighbourOptions {
  /** With the row itself, as UMAP counts; at most as many as there are rows. */
  readonly count: number
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Products that are held at one time: 64 MB. */
const PRODUCTS = 16_777_216
/** More candidates than asked: the products are rounded to 32 bits, the distances of the candidates are computed anew. */
const SPARE = 8

/** Exact nearest neighbours of every row among all rows, by blocked products of matrices and a partial selection. Time grows with
 *  rows^2 * columns, memory with rows. Rows that are equally far come in the order of the rows. Throws the signal's reason. */
export async function nearestNeighbours(tf: Tf, points: FeatureRows, options: NeighbourOptions): Promise<Neighbours> {
  const { rows: n, columns, values } = points
  const { signal, onProgress = () => undefined } = options
  const count = Math.min(options.count, n)
  const result = { rows: new Int32Array(n * count), distances: new Float32Array(n * count), count }
  const all = tf.tensor2d(values, [n, columns])
  const halfSquares = tf.tidy(() => tf.mul(0.5, tf.sum(tf.square(all), 1)) as Tensor1D)
  const nearest = new Nearest(Math.min(count - 1 + SPARE, n - 1))
  const block = Math.max(1, Math.min(n, Math.floor(PRODUCTS / n)))
  try {
    for (let from = 0; from < n; from += block) {
      signal.throwIfAborted()
      const to = Math.min(from + block, n)
      const closeness = productsOf(tf, all, halfSquares, from, to)
      for (let i = from; i < to; i++) {
        nearest.select(closeness, (i - from) * n, n, i)
        write(result, points, i, nearest)
      }
      onProgress(to, n)
      await setImmediate()
    }
  } finally {
    all.dispose()
    halfSquares.dispose()
  }
  return result
}

/** |x|^2 / 2 - q.x of each of these rows q and every row x: half the squared distance less a number of q's own. */
function productsOf(tf: Tf, all: Tensor2D, halfSquares: Tensor1D, from: number, to: number): Float32Array {
  const products = tf.tidy(() => {
    const queries = tf.slice(all, [from, 0], [to - from, -1])
    return tf.sub(halfSquares, tf.matMul(queries, all, false, true))
  })
  const values = products.dataSync<'float32'>()
  products.dispose()
  return values
}

/** The smallest numbers of a list, kept sorted: most numbers are refused by one comparison. */
class Nearest {
  readonly rows: Int32Array
  readonly #values: Float32Array

  constructor(size: number) {
    this.rows = new Int32Array(size)
    this.#values = new Float32Array(size)
  }

  /** Of `length` numbers from `start` on, without that of `self`. */
  select(values: Float32Array, start: number, length: number, self: number): void {
    const kept = this.#values.fill(Infinity)
    const last = kept.length - 1
    if (last < 0) return
    values[start + self] = Infinity
    let worst = Infinity
    for (let j = 0; j < length; j++) {
      const value = values[start + j]!
      if (value < worst) {
        this.#insert(value, j)
        worst = kept[last]!
      }
    }
  }

  #insert(value: number, row: number): void {
    const kept = this.#values
    let at = kept.length - 1
    for (; at > 0 && kept[at - 1]! > value; at--) {
      kept[at] = kept[at - 1]!
      this.rows[at] = this.rows[at - 1]!
    }
    kept[at] = value
    this.rows[at] = row
  }
}

/** Distances of the candidates in 64 bits, the nearest of them after the row itself. */
function write(result: Neighbours, { columns, values }: FeatureRows, row: number, nearest: Nearest): void {
  const start = row * result.count
  result.rows[start] = row
  const squares = Array.from(nearest.rows, (other) => {
    let sum = 0
    for (let k = 0; k < columns; k++) sum += (values[row * columns + k]! - values[other * columns + k]!) ** 2
    return { other, sum }
  }).sort((a, b) => a.sum - b.sum || a.other - b.other)
  for (let k = 1; k < result.count; k++) {
    const { other, sum } = squares[k - 1]!
    result.rows[start + k] = other
    result.distances[start + k] = Math.sqrt(sum)
  }
}
