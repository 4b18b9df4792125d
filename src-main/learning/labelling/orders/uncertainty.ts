import { placesOfLargest } from '../features/largest.ts'
import { heldHeadOf } from './held-head-of.ts'
import type { OrderBy } from './order-by.ts'

/** Smallest margin between the two most probable classes first; the score is 1 - margin. Scheffer, Decomain, Wrobel, "Active hidden Markov
 *  models for information extraction", IDA 2001; called margin sampling in Settles, "Active learning literature survey", 2009. */
export const uncertainty: OrderBy = (context, { rows, count }) => {
  const { margin } = heldHeadOf(context)
  const scores = Float32Array.from(rows, (row) => 1 - margin[row]!)
  const places = placesOfLargest(scores, count)
  return { rows: places.map((place) => rows[place]!), scores: Float32Array.from(places, (place) => scores[place]!) }
}
