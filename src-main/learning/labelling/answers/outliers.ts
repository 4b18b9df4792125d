import { packNumbers } from '../../../base/packed-numbers.ts'
import type { Answer } from '../labeller-context.ts'
import { placesOfLargest } from '../features/largest.ts'
import { pace } from '../pace.ts'
import { neighbourDistances } from '../pairs/neighbour-distances.ts'

const NEIGHBOURS = 10

export const outliers: Answer<'outliers'> = async (context, { count }) => {
  const { rows } = context.features
  const distances =
    rows < 2
      ? new Float32Array(rows)
      : await neighbourDistances(context.tf, context.features, NEIGHBOURS, pace(context, 'outliers', rows))
  const listed = placesOfLargest(distances, count)
  return {
    kind: 'outliers',
    rows: packNumbers(listed),
    scores: packNumbers(Float32Array.from(listed, (row) => distances[row]!)),
  }
}
