/** Average precision of one tag: the sum over thresholds of (R_n - R_(n-1)) P_n, scores from the largest, equal ones together. As scikit-learn's
 *  average_precision_score. `scores` (N), `truths` (N: 1 has it, 0 has it not). null: nothing has it. */
export function averagePrecision(scores: ArrayLike<number>, truths: ArrayLike<number>): number | null {
  const { order, positives } = byScore(scores, truths)
  if (positives === 0) return null
  let [hits, sum] = [0, 0]
  for (let i = 0; i < order.length;) {
    const score = scores[order[i]!]!
    const before = hits
    for (; i < order.length && scores[order[i]!] === score; i++) hits += truths[order[i]!]!
    sum += ((hits - before) / positives) * (hits / i)
  }
  return sum
}

/** Fewer items with or without a tag say nothing about its threshold. */
const LEAST_EXAMPLES = 5

/** From which score on a tag is said to be there, so that F1 is best; halfway between the scores on its two sides, and the largest of equally
 *  good ones. null: fewer than five items have it, or have it not. */
export function bestThreshold(scores: ArrayLike<number>, truths: ArrayLike<number>): number | null {
  const { order, positives } = byScore(scores, truths)
  if (positives < LEAST_EXAMPLES || order.length - positives < LEAST_EXAMPLES) return null
  let [hits, best, threshold] = [0, -1, 0]
  for (let i = 0; i < order.length;) {
    const score = scores[order[i]!]!
    for (; i < order.length && scores[order[i]!] === score; i++) hits += truths[order[i]!]!
    const f1 = (2 * hits) / (i + positives)
    if (f1 <= best) continue
    best = f1
    threshold = (score + (i < order.length ? scores[order[i]!]! : 0)) / 2
  }
  return threshold
}

function byScore(scores: ArrayLike<number>, truths: ArrayLike<number>): { order: number[]; positives: number } {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  return { order, positives: order.reduce((sum, i) => sum + truths[i]!, 0) }
}
