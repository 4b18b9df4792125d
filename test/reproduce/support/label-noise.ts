import { randomInt, seededRandom, shuffle } from '../../../src-main/base/seeded-random.ts'

/** Digits that are taken for each other. */
const PAIRS = [6, 7, 8, 5, 9, 3, 0, 1, 2, 4]

/** Labels of ten classes, a share of which is changed: to any other class, or to the one that looks like it. */
export function changeLabels(
  labels: ArrayLike<number>,
  share: number,
  kind: 'uniform' | 'pairs',
  seed: number,
): number[] {
  const random = seededRandom(seed, `labels ${kind}`)
  const given = Array.from(labels)
  const order = shuffle([...given.keys()], random)
  for (const at of order.slice(0, Math.round(share * given.length)))
    given[at] = kind === 'pairs' ? PAIRS[given[at]!]! : (given[at]! + 1 + randomInt(random, 9)) % 10
  return given
}

/** How well a ranking finds what was changed. `score`: higher is more suspicious. */
export function findingFigures(issues: readonly number[], score: ArrayLike<number>, isChanged: readonly boolean[]) {
  const changed = isChanged.filter(Boolean).length
  const hits = (rows: readonly number[]) => rows.filter((row) => isChanged[row]).length
  const first = issues.slice(0, changed)
  return {
    precision: hits(issues) / Math.max(1, issues.length),
    recall: hits(issues) / changed,
    /** Among as many as were changed. */
    precisionAtK: hits(first) / Math.max(1, first.length),
    auroc: auroc(score, isChanged),
  }
}

/** Share of pairs in which the changed one scores higher; equal scores count half (Mann, Whitney). */
export function auroc(score: ArrayLike<number>, isPositive: readonly boolean[]): number {
  const order = [...isPositive.keys()].sort((a, b) => score[a]! - score[b]!)
  let [ranks, positives] = [0, 0]
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && score[order[to]!] === score[order[from]!]) to++
    for (let i = from; i < to; i++)
      if (isPositive[order[i]!]) {
        positives += 1
        ranks += (from + to + 1) / 2
      }
    from = to
  }
  const negatives = order.length - positives
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives)
}
