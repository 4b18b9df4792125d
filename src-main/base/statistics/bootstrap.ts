import { randomInt, type SeededRandom } from '../seeded-random.ts'
import { quantile } from './describe.ts'

/** Percentile bootstrap (Efron, Tibshirani, "An introduction to the bootstrap", 1993, section 13.3): `statistic` of samples of
 *  places 0 .. count - 1 drawn with replacement, and the middle `confidence` of what came out. Draws for which it answers null
 *  count as `missing` and are left out. null: fewer than half of the draws gave a value. */
export function bootstrapInterval(
  count: number,
  statistic: (places: readonly number[]) => number | null,
  { random, draws = 1000, confidence = 0.95 }: { random: SeededRandom; draws?: number; confidence?: number },
): { low: number; high: number } | null {
  const values: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const value = statistic(Array.from({ length: count }, () => randomInt(random, count)))
    if (value !== null) values.push(value)
  }
  if (values.length < draws / 2) return null
  const tail = (1 - confidence) / 2
  return { low: quantile(values, tail), high: quantile(values, 1 - tail) }
}
