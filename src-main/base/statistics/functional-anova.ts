import { randomInt, seededRandom } from '../seeded-random.ts'
import { type Leaf, regressionTree } from './regression-tree.ts'

const TREES = 64
/** Fewer rows say nothing of where variance comes from. */
export const LEAST_ROWS = 6

/** How much of the variance of `y` over the unit cube each input explains by itself: the first-order terms of the functional ANOVA of a
 *  forest of regression trees, each grown on rows drawn with replacement (Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing
 *  hyperparameter importance", ICML 2014, eq. 5-8; Breiman 2001). Shares of 0 to 1; what they leave to 1 lies in inputs together.
 *  Rows of `x` in [0, 1]. null: fewer than six rows, or nothing varies. */
export function functionalAnova(x: readonly (readonly number[])[], y: readonly number[]): number[] | null {
  if (y.length < LEAST_ROWS) return null
  const random = seededRandom(1, 'functional anova')
  const found: number[][] = []
  for (let tree = 0; tree < TREES; tree++) {
    const shares = varianceShares(
      regressionTree(
        x,
        y,
        Array.from(y, () => randomInt(random, y.length)),
      ),
    )
    if (shares !== null) found.push(shares)
  }
  if (found.length === 0) return null
  return (x[0] ?? []).map((_unused, input) => found.reduce((sum, one) => sum + (one[input] ?? 0), 0) / found.length)
}

/** Of one tree: exact, from its leaves' volumes. null: it gives one value everywhere. */
export function varianceShares(leaves: readonly Leaf[]): number[] | null {
  const size = leaves[0]?.low.length ?? 0
  const volumes = leaves.map((leaf) => volumeWithout(leaf, -1))
  const mean = leaves.reduce((sum, { value }, place) => sum + value * (volumes[place] ?? 0), 0)
  const variance = leaves.reduce((sum, { value }, place) => sum + (value - mean) ** 2 * (volumes[place] ?? 0), 0)
  if (!(variance > 1e-24)) return null
  return Array.from({ length: size }, (_unused, input) => marginalVariance(leaves, input, mean) / variance)
}

/** Variance of what the tree gives on average for each value of one input. */
function marginalVariance(leaves: readonly Leaf[], input: number, mean: number): number {
  const ends = [...new Set(leaves.flatMap(({ low, high }) => [low[input] ?? 0, high[input] ?? 1]))].sort(
    (a, b) => a - b,
  )
  let variance = 0
  for (let place = 1; place < ends.length; place++) {
    const [from, to] = [ends[place - 1] ?? 0, ends[place] ?? 1]
    const inside = leaves.filter(({ low, high }) => (low[input] ?? 0) <= from && (high[input] ?? 1) >= to)
    const average = inside.reduce((sum, leaf) => sum + leaf.value * volumeWithout(leaf, input), 0)
    variance += (to - from) * (average - mean) ** 2
  }
  return variance
}

function volumeWithout({ low, high }: Leaf, input: number): number {
  return low.reduce((product, from, place) => (place === input ? product : product * ((high[place] ?? 1) - from)), 1)
}
