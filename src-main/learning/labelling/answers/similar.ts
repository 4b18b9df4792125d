import { packNumbers } from '../../../base/packed-numbers.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { Answer, LabellerContext } from '../labeller-context.ts'
import { forFeatureBlocks } from '../features/feature-blocks.ts'
import { placesOfLargest } from '../features/largest.ts'
import { rowNorms } from '../features/row-norms.ts'

/** Rows most alike to some rows, or to a picture from outside: exact cosine to the mean of their directions (each as long as the other,
 *  so that none counts more). The rows that are asked about are not among the answers. */
export const similar: Answer<'similar'> = async (context, { rows, file, count }) => {
  if (rows.length === 0 && file === null)
    throw new GraftError('E_INPUT', 'Expected items, or a picture, to find similar ones to. Received neither.')
  const outside = file === null ? [] : [await context.featuresOf(file)]
  const inside = rows.map((row) => context.features.values.subarray(row * context.features.columns, (row + 1) * context.features.columns)) // prettier-ignore
  const cosines = cosinesTo(context, meanDirection([...inside, ...outside], context.features.columns))
  for (const row of rows) cosines[row] = -Infinity
  const found = placesOfLargest(cosines, Math.min(count, cosines.length - new Set(rows).size))
  return {
    kind: 'similar',
    rows: packNumbers(found),
    scores: packNumbers(Float32Array.from(found, (row) => cosines[row]!)),
  }
}

/** Of length 1, or 0 where nothing has a direction. */
function meanDirection(vectors: readonly Float32Array[], columns: number): Float64Array {
  const sum = new Float64Array(columns)
  for (const vector of vectors) {
    const length = Math.hypot(...vector)
    if (length > 0) vector.forEach((value, j) => (sum[j]! += value / length))
  }
  const length = Math.hypot(...sum)
  return sum.map((value) => (length > 0 ? value / length : 0))
}

function cosinesTo(context: LabellerContext, direction: Float64Array): Float32Array {
  const { tf, features } = context
  const norms = rowNorms(context)
  const cosines = new Float32Array(features.rows)
  const to = tf.tensor2d(Float32Array.from(direction), [features.columns, 1])
  forFeatureBlocks(tf, features, (block, from) => {
    const products = tf.matMul(block, to)
    cosines.set(products.dataSync(), from)
    products.dispose()
  })
  to.dispose()
  return cosines.map((product, row) => Math.max(-1, Math.min(1, product / norms[row]!)))
}
