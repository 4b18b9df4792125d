import { pickEvenly } from '../../../base/pick-evenly.ts'
import type { Tf } from '../../runtime.ts'
import type { LabellerContext } from '../labeller-context.ts'
import { gatheredRows } from './gathered-rows.ts'
import { perContext } from './per-context.ts'

/** x_scaled = (x - mean) * factor, column by column. */
export interface FeatureScale {
  readonly mean: Float64Array
  /** 1 / (standard deviation * sqrt(D)): a scaled row has a mean square length of 1, whatever D is. 0 for columns that do not vary by more than single precision tells apart. */
  readonly factor: Float64Array
}

/** Statistics need no more rows than these: their error is below one part in a hundred. */
const MOST_ROWS = 16_384

/** Of all items, labelled or not (of many: of some, evenly taken), so that it stays the same as labels come. */
export const featureScale = perContext(({ tf, features }: LabellerContext): FeatureScale => {
  const rows = pickEvenly([...Array(features.rows).keys()], MOST_ROWS)
  const gathered = gatheredRows(tf, features, rows)
  const mean = new Float64Array(features.columns)
  const variance = new Float64Array(features.columns)
  gathered.forEach((block) =>
    addTo(
      mean,
      columnSums(tf, () => tf.sum(block, 0)),
      rows.length,
    ),
  )
  const centre = tf.tensor1d(Float32Array.from(mean))
  gathered.forEach((block) => addTo(variance, columnSums(tf, () => tf.sum(tf.squaredDifference(block, centre), 0)), rows.length)) // prettier-ignore
  tf.dispose(centre)
  gathered.dispose()
  const factor = variance.map((each, j) =>
    each > (1e-5 * mean[j]!) ** 2 && each > 1e-30 ? 1 / Math.sqrt(each * features.columns) : 0,
  )
  return { mean, factor }
})

function columnSums(tf: Tf, sums: () => ReturnType<Tf['sum']>): ArrayLike<number> {
  const tensor = tf.tidy(sums)
  const values = tensor.dataSync()
  tensor.dispose()
  return values
}

function addTo(total: Float64Array, values: ArrayLike<number>, count: number): void {
  for (let j = 0; j < total.length; j++) total[j]! += values[j]! / count
}
