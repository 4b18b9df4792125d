import type { Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import { distancesBetween } from '../features/distances.ts'

export interface MedoidTask {
  /** Rows that may be chosen. */
  readonly candidates: readonly number[]
  /** Rows that are to have a chosen one near, how much each counts, and how far the nearest is that they have already. */
  readonly references: readonly number[]
  readonly weights: ArrayLike<number>
  readonly nearest: Float32Array
  readonly count: number
}

/** Chooses candidates one by one, each the one that shortens the weighted sum of distances from references to their nearest chosen row most:
 *  greedy facility location, within 1 - 1/e of the best choice (Nemhauser, Wolsey, Fisher 1978). What one gains never grows as
 *  others are chosen, so most candidates need no second look (Minoux's accelerated greedy, 1978). */
export function greedyMedoids(tf: Tf, points: Matrix, task: MedoidTask): { rows: number[]; gains: number[] } {
  const { candidates, references, weights, count } = task
  const distances = distancesBetween(tf, points, candidates, references)
  const n = references.length
  // Where nothing is near yet everything is as far as can be.
  const farthest = distances.reduce((largest, each) => Math.max(largest, each), 0)
  const nearest = task.nearest.map((each) => Math.min(each, farthest))
  const gainOf = (candidate: number) => {
    let gain = 0
    for (let r = 0, at = candidate * n; r < n; r++, at++) {
      const shorter = nearest[r]! - distances[at]!
      if (shorter > 0) gain += weights[r]! * shorter
    }
    return gain
  }
  const bounds = Float64Array.from(candidates, (_, candidate) => gainOf(candidate))
  const chosen: number[] = []
  const gains: number[] = []
  while (chosen.length < Math.min(count, candidates.length)) {
    const best = firstLargest(bounds, gainOf)
    chosen.push(best)
    gains.push(bounds[best]!)
    for (let r = 0, at = best * n; r < n; r++, at++) nearest[r] = Math.min(nearest[r]!, distances[at]!)
    bounds[best] = -1
  }
  return { rows: chosen.map((candidate) => candidates[candidate]!), gains }
}

/** Place of the largest gain, where `bounds` are gains of an earlier time; brings those right that it looks at. */
function firstLargest(bounds: Float64Array, gainOf: (candidate: number) => number): number {
  for (;;) {
    let best = 0
    for (let i = 1; i < bounds.length; i++) if (bounds[i]! > bounds[best]!) best = i
    const now = gainOf(best)
    if (now === bounds[best]) return best
    bounds[best] = now
  }
}
