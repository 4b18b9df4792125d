import { pickEvenly } from '../../../base/pick-evenly.ts'
import { seededRandom } from '../../../base/seeded-random.ts'
import type { Tensor2D, Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import type { LabellerContext } from '../labeller-context.ts'
import { forFeatureBlocks } from './feature-blocks.ts'
import { gatheredRows } from './gathered-rows.ts'
import { perContext } from './per-context.ts'
import { rowNorms } from './row-norms.ts'

const DIMENSIONS = 48
const MOST_ROWS = 4096
const ROUNDS = 4

/** Rows in few dimensions (N, at most 48), for orders that compare everything with everything: each row at length 1, less their mean, in
 *  the plane of the largest principal components. Distances there are those of cosines: |a - b|^2 = 2 (1 - cos), but for what the other
 *  components hold. The plane is found by subspace iteration on at most 4,096 rows: Halko, Martinsson, Tropp, "Finding structure with
 *  randomness", SIAM Review 2011, algorithm 4.4. */
export const reducedFeatures = perContext((context: LabellerContext): Matrix & { readonly values: Float32Array } => {
  const { tf, features } = context
  const norms = rowNorms(context)
  const columns = Math.min(DIMENSIONS, features.columns)
  const { mean, plane } = principalPlane(context, columns)
  const values = new Float32Array(features.rows * columns)
  const origin = tf.tidy(() => tf.matMul(mean, plane))
  forFeatureBlocks(tf, features, (block, from) => {
    const placed = tf.tidy(() => {
      const lengths = tf.tensor2d(norms.subarray(from, from + block.shape[0]), [block.shape[0], 1])
      return tf.sub(tf.div(tf.matMul(block, plane), lengths), origin)
    })
    values.set(placed.dataSync(), from * columns)
    placed.dispose()
  })
  tf.dispose([mean, plane, origin])
  return { rows: features.rows, columns, values }
})

function principalPlane(context: LabellerContext, columns: number): { mean: Tensor2D; plane: Tensor2D } {
  const { tf, features } = context
  const norms = rowNorms(context)
  const rows = pickEvenly([...Array(features.rows).keys()], MOST_ROWS)
  const unit = gatheredUnits(tf, features, rows, norms)
  const mean = tf.tidy(() => tf.mean(unit, 0, true) as Tensor2D)
  const centred = tf.tidy(() => tf.sub(unit, mean) as Tensor2D)
  unit.dispose()
  const random = seededRandom(0, 'principal plane')
  let plane = orthonormal(
    tf,
    Float32Array.from({ length: features.columns * columns }, () => random() - 0.5),
    columns,
  )
  for (let round = 0; round < ROUNDS; round++) {
    const next = tf.tidy(() => tf.matMul(centred, tf.matMul(centred, plane), true))
    plane.dispose()
    plane = orthonormal(tf, next.dataSync<'float32'>(), columns)
    next.dispose()
  }
  centred.dispose()
  return { mean, plane }
}

function gatheredUnits(tf: Tf, features: Matrix, rows: readonly number[], norms: Float32Array): Tensor2D {
  const held = gatheredRows(tf, features, rows)
  const blocks: Tensor2D[] = []
  held.forEach((block) => blocks.push(block.clone()))
  const unit = tf.tidy(() => {
    const lengths = tf.tensor2d(
      Float32Array.from(rows, (row) => norms[row]!),
      [rows.length, 1],
    )
    return tf.div(tf.concat(blocks), lengths) as Tensor2D
  })
  tf.dispose(blocks)
  held.dispose()
  return unit
}

/** The columns of (D, R) made orthonormal, one after the other (modified Gram-Schmidt, twice for rounding); those that depend on others become 0. */
function orthonormal(tf: Tf, values: Float32Array, columns: number): Tensor2D {
  const rows = values.length / columns
  const basis: Float64Array[] = []
  for (let c = 0; c < columns; c++) {
    const own = new Float64Array(rows).map((_, j) => values[j * columns + c]!)
    const before = lengthOf(own)
    for (const other of [...basis, ...basis]) {
      let product = 0
      for (let j = 0; j < rows; j++) product += own[j]! * other[j]!
      for (let j = 0; j < rows; j++) own[j]! -= product * other[j]!
    }
    const length = lengthOf(own)
    basis.push(own.map((value) => (length > 1e-6 * before ? value / length : 0)))
  }
  return tf.tensor2d(Float32Array.from({ length: values.length }, (_, at) => basis[at % columns]![Math.floor(at / columns)]!), [rows, columns]) // prettier-ignore
}

function lengthOf(vector: Float64Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  return Math.sqrt(sum)
}
