import { setImmediate } from 'node:timers/promises'
import { seededRandom } from '../../../base/seeded-random.ts'
import type { Tensor2D, Tf } from '../../runtime.ts'
import { orthonormalise } from './orthonormalise.ts'
import { ritzVectors } from './ritz-vectors.ts'

export interface FeatureRows {
  readonly rows: number
  readonly columns: number
  /** (rows * columns), row by row; only read. */
  readonly values: Float32Array
}

export interface ComponentOptions {
  readonly count: number
  readonly seed: number
  readonly signal: AbortSignal
  /** Passes over the features at most; default 30, which settles all but the directions that are as wide as the next one. */
  readonly passes?: number
  readonly onProgress?: (done: number, total: number) => void
}

/** Rows that TensorFlow has a copy of at one time: 10 MB of 1,280 features. */
const BLOCK = 2048
const EXTRA = 10
const SETTLED = 1e-5

/** Places of rows along the directions of their largest variance (Pearson 1901), (rows, count), the strongest first. Subspace iteration
 *  on the scatter matrix from a seeded random start (Halko, Martinsson, Tropp, SIAM Review 53 (2011), algorithm 4.4, with `EXTRA` more
 *  directions than asked), until the variances settle. Goes over the features block by block: beside them it needs rows * count numbers
 *  and no square of their columns. The sign of a direction is that of its largest weight. A count above rows or columns leaves the rest 0.
 *  Throws the signal's reason. */
export async function principalComponents(
  tf: Tf,
  features: FeatureRows,
  { count, seed, signal, passes = 30, onProgress = () => undefined }: ComponentOptions,
): Promise<Float32Array> {
  const { rows, columns } = features
  const width = Math.min(count + EXTRA, columns, rows)
  const wanted = Math.min(count, width)
  const mean = tf.tensor1d(columnMeans(features))
  const random = seededRandom(seed, 'principal components')
  let directions = orthonormalise(
    Float64Array.from({ length: columns * width }, () => random() - 0.5),
    columns,
    width,
  )
  try {
    let before = new Float64Array(wanted)
    for (let pass = 1; ; pass++) {
      onProgress(pass, passes)
      const { scattered, inner } = await scatter(tf, features, mean, directions, width, signal)
      const { values, vectors } = ritzVectors(inner, width)
      const isSettled = values
        .subarray(0, wanted)
        .every((value, k) => Math.abs(value - before[k]!) <= SETTLED * values[0]!)
      if (isSettled || pass === passes) {
        directions = turned(directions, vectors, columns, width)
        break
      }
      before = values.slice(0, wanted)
      directions = orthonormalise(scattered, columns, width)
    }
    return await projected(tf, features, mean, signed(directions, columns, width, wanted), count, wanted, signal)
  } finally {
    mean.dispose()
  }
}

function columnMeans({ rows, columns, values }: FeatureRows): Float32Array {
  const sums = new Float64Array(columns)
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) sums[j]! += values[at++]!
  return Float32Array.from(sums, (sum) => sum / rows)
}

/** C Q and Q^T C Q of the scatter matrix C of the centred rows. */
async function scatter(
  tf: Tf,
  features: FeatureRows,
  mean: { dispose(): void },
  directions: Float64Array,
  width: number,
  signal: AbortSignal,
): Promise<{ scattered: Float64Array; inner: Float64Array }> {
  const scattered = new Float64Array(features.columns * width)
  const inner = new Float64Array(width * width)
  const q = tf.tensor2d(Float32Array.from(directions), [features.columns, width])
  try {
    await eachBlock(tf, features, mean, signal, (block) => {
      const along = tf.matMul(block, q)
      add(scattered, tf.matMul(block, along, true, false).dataSync<'float32'>())
      add(inner, tf.matMul(along, along, true, false).dataSync<'float32'>())
    })
  } finally {
    q.dispose()
  }
  return { scattered, inner }
}

async function projected(
  tf: Tf,
  features: FeatureRows,
  mean: { dispose(): void },
  directions: Float32Array,
  count: number,
  wanted: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const places = new Float32Array(features.rows * count)
  const q = tf.tensor2d(directions, [features.columns, wanted])
  try {
    await eachBlock(tf, features, mean, signal, (block, from) => {
      const along = tf.matMul(block, q).dataSync<'float32'>()
      for (let i = 0; i * wanted < along.length; i++)
        for (let k = 0; k < wanted; k++) places[(from + i) * count + k] = along[i * wanted + k]!
    })
  } finally {
    q.dispose()
  }
  return places
}

/** Centred blocks of rows, each in a tidy of its own. */
async function eachBlock(
  tf: Tf,
  { rows, columns, values }: FeatureRows,
  mean: { dispose(): void },
  signal: AbortSignal,
  use: (block: Tensor2D, from: number) => void,
): Promise<void> {
  for (let from = 0; from < rows; from += BLOCK) {
    signal.throwIfAborted()
    const to = Math.min(from + BLOCK, rows)
    tf.tidy(() => {
      const block = tf.tensor2d(values.subarray(from * columns, to * columns), [to - from, columns])
      use(tf.sub(block, mean as never), from)
    })
    await setImmediate()
  }
}

function add(sum: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!
}

/** Q V: (columns, width). */
function turned(q: Float64Array, v: Float64Array, columns: number, width: number): Float64Array {
  const result = new Float64Array(columns * width)
  for (let i = 0; i < columns; i++)
    for (let k = 0; k < width; k++) {
      let sum = 0
      for (let j = 0; j < width; j++) sum += q[i * width + j]! * v[j * width + k]!
      result[i * width + k] = sum
    }
  return result
}

/** The first of them, each with its largest weight above 0: (columns, wanted). */
function signed(directions: Float64Array, columns: number, width: number, wanted: number): Float32Array {
  const result = new Float32Array(columns * wanted)
  for (let k = 0; k < wanted; k++) {
    let largest = 0
    for (let i = 0; i < columns; i++) {
      const weight = directions[i * width + k]!
      if (Math.abs(weight) > Math.abs(largest)) largest = weight
    }
    for (let i = 0; i < columns; i++)
      result[i * wanted + k] = largest < 0 ? -directions[i * width + k]! : directions[i * width + k]!
  }
  return result
}
