import type { Tensor2D, Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import type { Pace } from '../pace.ts'

/** Cosines of rows a and b, both blocks of consecutive rows. */
export interface CosineBlock {
  readonly from: { readonly a: number; readonly b: number }
  readonly rows: { readonly a: number; readonly b: number }
  /** (rows.a, rows.b) */
  readonly values: Float32Array
}

/** 16 MiB of cosines at a time. */
const BLOCK = 2048

/** Cosines of all pairs of rows, block by block over the upper triangle: block a is never after block b, and where they are the same one
 *  the block holds each pair twice and its own diagonal. Single precision: about 1e-6 off. Rows of zeros have cosine 0 with everything.
 *  Memory: three blocks, whatever the number of rows.
 *  @param features (N, D) */
export async function cosineBlocks(
  tf: Tf,
  features: Matrix,
  visit: (block: CosineBlock) => void | Promise<void>,
  pace: Pace,
  block = BLOCK,
): Promise<void> {
  const { rows } = features
  const scale = inverseNorms(features)
  for (let a = 0; a < rows; a += block) {
    const first = unitRows(tf, features, scale, a, Math.min(block, rows - a))
    try {
      for (let b = a; b < rows; b += block) {
        const size = { a: first.shape[0], b: Math.min(block, rows - b) }
        await visit({ from: { a, b }, rows: size, values: products(tf, first, features, scale, b, size.b) })
        await pace(share(rows, a, b + size.b))
      }
    } finally {
      first.dispose()
    }
  }
}

/** Rows of the triangle that are behind: N at its end. */
const share = (rows: number, a: number, b: number): number =>
  Math.round(rows * Math.min(1, 1 - (1 - a / rows) ** 2 + (2 * (b - a) * Math.min(BLOCK, rows - a)) / rows ** 2))

/** Cosines of one block. */
export function cosinesBetween(
  tf: Tf,
  features: Matrix,
  scale: Float32Array,
  { from, rows }: Pick<CosineBlock, 'from' | 'rows'>,
): Float32Array {
  const first = unitRows(tf, features, scale, from.a, rows.a)
  try {
    return products(tf, first, features, scale, from.b, rows.b)
  } finally {
    first.dispose()
  }
}

function products(
  tf: Tf,
  first: Tensor2D,
  features: Matrix,
  scale: Float32Array,
  from: number,
  count: number,
): Float32Array {
  const result = tf.tidy(() => tf.matMul(first, unitRows(tf, features, scale, from, count), false, true))
  try {
    return result.dataSync() as Float32Array
  } finally {
    result.dispose()
  }
}

/** Some rows, each of length 1 (or 0). */
export function unitRows(
  tf: Tf,
  { columns, values }: Matrix,
  scale: Float32Array,
  from: number,
  count: number,
): Tensor2D {
  return tf.tidy(() => {
    const rows = tf.tensor2d(values.subarray(from * columns, (from + count) * columns) as Float32Array, [
      count,
      columns,
    ])
    return rows.mul(tf.tensor2d(scale.subarray(from, from + count), [count, 1]))
  })
}

/** 1 / length of each row; 0 for rows of zeros. */
export function inverseNorms({ rows, columns, values }: Matrix): Float32Array {
  const result = new Float32Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let at = i * columns; at < (i + 1) * columns; at++) sum += values[at]! ** 2
    result[i] = sum > 0 ? 1 / Math.sqrt(sum) : 0
  }
  return result
}

/** Of two rows, in double precision. */
export function cosine({ columns, values }: Matrix, a: number, b: number): number {
  let [product, first, second] = [0, 0, 0]
  for (let j = 0; j < columns; j++) {
    const x = values[a * columns + j]!
    const y = values[b * columns + j]!
    product += x * y
    first += x * x
    second += y * y
  }
  return first > 0 && second > 0 ? product / Math.sqrt(first * second) : 0
}
