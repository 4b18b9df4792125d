import { pickEvenly } from '../../../base/pick-evenly.ts'
import { seededRandom, shuffle } from '../../../base/seeded-random.ts'
import type { LabellerContext } from '../labeller-context.ts'
import { nearestDistances } from '../features/distances.ts'
import { placesOfLargest } from '../features/largest.ts'
import { reducedFeatures } from '../features/reduced-features.ts'
import { greedyMedoids } from './greedy-medoids.ts'
import type { OrderBy, Ordered, OrderTask } from './order-by.ts'

/** Of many rows a sample stands for all. */
const MOST_ROWS = 2048
/** What is chosen one by one; what is asked for beyond follows by distance. */
const MOST_CHOSEN = 512

/** What is unlike everything labelled, but not alone: each row is the one that brings most unlabelled rows nearer to a labelled or chosen one
 *  (greedy-medoids.ts), so that without labels it begins in the middle of the largest group. Wei, Iyer, Bilmes, "Submodularity in data subset
 *  selection and active learning", ICML 2015. */
export const novelty: OrderBy = (context, task) => {
  const first = chosenFirst(context, task)
  const missing = Math.min(task.count, task.rows.length) - first.rows.length
  if (missing <= 0) return first
  const rest = byDistance(context, task, first.rows, missing)
  return { rows: [...Array.from(first.rows), ...rest], scores: [...Array.from(first.scores), ...rest.map(() => 0)] }
}

function chosenFirst(context: LabellerContext, { rows, labels, count, seed }: OrderTask): Ordered {
  const points = reducedFeatures(context)
  const sample = sampled(rows, seed)
  const { rows: chosen, gains } = greedyMedoids(context.tf, points, {
    candidates: sample,
    references: sample,
    weights: new Float32Array(sample.length).fill(1),
    nearest: nearestDistances(context.tf, points, sample, labelledOf(labels)),
    count: Math.min(count, MOST_CHOSEN),
  })
  return { rows: chosen, scores: gains.map((gain) => gain / Math.max(1, sample.length)) }
}

const labelledOf = (labels: Int32Array) => [...labels.keys()].filter((row) => labels[row]! >= 0)

function sampled(rows: Int32Array, seed: number): number[] {
  if (rows.length <= MOST_ROWS) return [...rows]
  return pickEvenly(shuffle([...rows], seededRandom(seed, 'novelty')), MOST_ROWS).sort((a, b) => a - b)
}

/** The others, farthest from all that is labelled or chosen first. */
function byDistance(
  context: LabellerContext,
  { rows, labels }: OrderTask,
  chosen: ArrayLike<number>,
  count: number,
): number[] {
  const before = new Set(Array.from(chosen))
  const others = rows.filter((row) => !before.has(row))
  const distances = nearestDistances(context.tf, reducedFeatures(context), others, [...labelledOf(labels), ...before])
  return [...placesOfLargest(distances, count)].map((place) => others[place]!)
}
