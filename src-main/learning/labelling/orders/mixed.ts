import { reducedFeatures } from '../features/reduced-features.ts'
import { greedyMedoids } from './greedy-medoids.ts'
import type { OrderBy } from './order-by.ts'
import { uncertainty } from './uncertainty.ts'

/** So many uncertain rows for each that is chosen. */
const PER_CHOSEN = 10
const MOST_ROWS = 4096
const MOST_CHOSEN = 512

/** A batch that is uncertain and spread out: of the most uncertain rows, ten for each that is wanted, those that stand for the others best,
 *  each counting as much as it is uncertain. Filtered active submodular selection: Wei, Iyer, Bilmes, ICML 2015; with clusters in place of
 *  facility location Zhdanov, "Diverse mini-batch active learning", 2019, arXiv 1901.05954. What is asked for beyond 512 follows by
 *  uncertainty. */
export const mixed: OrderBy = (context, task) => {
  const batch = Math.min(task.count, MOST_CHOSEN)
  const sorted = uncertainty(context, { ...task, count: Math.max(task.count, Math.min(PER_CHOSEN * batch, MOST_ROWS)) })
  const pool = Array.from(sorted.rows).slice(0, Math.min(PER_CHOSEN * batch, MOST_ROWS))
  const { rows: chosen, gains } = greedyMedoids(context.tf, reducedFeatures(context), {
    candidates: pool,
    references: pool,
    weights: sorted.scores,
    nearest: new Float32Array(pool.length).fill(Infinity),
    count: batch,
  })
  const before = new Set(chosen)
  const rest = Array.from(sorted.rows).filter((row) => !before.has(row)).slice(0, Math.min(task.count, sorted.rows.length) - batch) // prettier-ignore
  return { rows: [...chosen, ...rest], scores: [...gains.map((gain) => gain / pool.length), ...rest.map(() => 0)] }
}
