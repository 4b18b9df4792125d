import { softmaxRow } from '../../../base/softmax.ts'
import { placesOfLargest } from '../features/largest.ts'
import { scoresOfRows } from '../head/head-scores.ts'
import { heldHeadOf } from './held-head-of.ts'
import type { OrderBy } from './order-by.ts'

/** Labelled rows by how improbable the head finds their label: 1 - p(label), calibrated; unlabelled ones are left out. The head was fitted to
 *  these very labels, so that only what it could not be made to believe stands out; the audit's suspicious labels are cross-validated. */
export const disagreement: OrderBy = (context, { rows, labels, count }) => {
  const { parameters, present, temperature } = heldHeadOf(context)
  const labelled = rows.filter((row) => labels[row]! >= 0)
  const scores = scoresOfRows(context, parameters, present.length, labelled)
  const p = new Float64Array(present.length)
  const doubts = Float32Array.from(labelled, (row, i) => {
    softmaxRow(scores, i * present.length, p, temperature)
    // A class that the head has not seen yet has no probability.
    return 1 - (p[present.indexOf(labels[row]!)] ?? 0)
  })
  const places = placesOfLargest(doubts, count)
  return { rows: places.map((place) => labelled[place]!), scores: places.length === 0 ? [] : Float32Array.from(places, (place) => doubts[place]!) } // prettier-ignore
}
