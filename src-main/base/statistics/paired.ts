import { meanInterval, type MeanInterval, twoSidedP } from './student-t.ts'

export interface PairedTest extends MeanInterval {
  /** Student's t of the differences; infinite when all are equal and not 0. null for a single pair. */
  readonly t: number | null
  /** Two-sided. null for a single pair. */
  readonly p: number | null
}

/** Student's paired t-test of a - b, n - 1 degrees of freedom; `mean`, `sd` and `half` are those of the differences. */
export function pairedT(a: readonly number[], b: readonly number[], confidence = 0.95): PairedTest {
  const interval = meanInterval(differences(a, b), confidence)
  if (interval.sd === null) return { ...interval, t: null, p: null }
  // Differences that agree to the last digits have a spread of rounding errors only.
  const isConstant = interval.sd <= 1e-12 * Math.max(1, Math.abs(interval.mean))
  if (isConstant) {
    const isZero = Math.abs(interval.mean) <= 1e-12
    return { ...interval, sd: 0, half: 0, t: isZero ? 0 : Math.sign(interval.mean) * Infinity, p: isZero ? 1 : 0 }
  }
  const t = interval.mean / (interval.sd / Math.sqrt(interval.count))
  return { ...interval, t, p: twoSidedP(t, interval.count - 1) }
}

export interface SignedRankTest {
  /** Pairs that differ; the others are left out (Wilcoxon's own way with zeros). */
  readonly count: number
  /** Sum of the ranks of positive differences. */
  readonly positive: number
  readonly negative: number
  /** Exact, two-sided: every pattern of signs is equally likely. */
  readonly p: number
}

/** Wilcoxon's signed-rank test of a - b ("Individual comparisons by ranking methods", Biometrics Bulletin 1945), with the exact
 *  distribution given the ranks; ties take their mean rank. The least p of n pairs is 2^(1 - n): with 5 seeds .0625. */
export function wilcoxonSignedRank(a: readonly number[], b: readonly number[]): SignedRankTest {
  const changed = differences(a, b).filter((difference) => difference !== 0)
  // Doubled, mean ranks are whole numbers, too.
  const ranks = doubledRanks(changed.map(Math.abs))
  const total = ranks.reduce((sum, rank) => sum + rank, 0)
  const positive = ranks.reduce((sum, rank, i) => sum + ((changed[i] as number) > 0 ? rank : 0), 0)
  const p = Math.min(1, 2 * lowerTail(ranks, Math.min(positive, total - positive)))
  return { count: changed.length, positive: positive / 2, negative: (total - positive) / 2, p }
}

/** Share of all sign patterns whose positive ranks add up to `most` or less. */
function lowerTail(ranks: readonly number[], most: number): number {
  let ways = new Float64Array(ranks.reduce((sum, rank) => sum + rank, 0) + 1)
  ways[0] = 1
  for (const rank of ranks) {
    const next = ways.map((share) => share / 2)
    for (let sum = rank; sum < ways.length; sum++) next[sum] = (next[sum] as number) + (ways[sum - rank] as number) / 2
    ways = next
  }
  return ways.subarray(0, most + 1).reduce((sum, share) => sum + share, 0)
}

function doubledRanks(sizes: readonly number[]): number[] {
  return sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length
    const equal = sizes.filter((other) => other === size).length
    return 2 * below + equal + 1
  })
}

function differences(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length)
    throw new RangeError(`pairs need equally many values, received ${a.length} and ${b.length}`)
  return a.map((value, i) => value - (b[i] as number))
}

/** Holm's step-down adjustment of p-values ("A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 *  Statistics 1979): the i-th smallest of m (from 0) times m - i, never below the one before, at most 1. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((i, j) => (p[i] as number) - (p[j] as number))
  const adjusted = new Array<number>(p.length)
  let largest = 0
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, (p[index] as number) * (p.length - place)))
    adjusted[index] = largest
  })
  return adjusted
}
