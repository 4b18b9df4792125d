import { averagePrecision } from '../../base/statistics/average-precision.ts'
import { tagScores } from '../../base/statistics/tag-scores.ts'
import type { Split } from '../../contract/datasets.ts'
import type { TagResult } from '../../contract/runs.ts'
import type { Db } from '../store/database.ts'
import { tagPredictions } from '../store/predictions-repo.ts'

/** How each tag of a head did on a split: of items whose tags are known. `thresholds`: of the trained model; empty: 0.5 each. */
export function tagResults(
  db: Db,
  run: number,
  split: Split,
  head: { readonly name: string; readonly classes: readonly string[]; readonly thresholds: readonly number[] },
): { items: number; tags: TagResult[] } {
  const rows = tagPredictions(db, run, split, head.name)
  const tags = head.classes.map((name, tag): TagResult => {
    const counts = [[0, 0], [0, 0]] // prettier-ignore
    const truths = rows.map(({ expected }) => Number(expected.has(name)))
    for (const [i, { predicted }] of rows.entries()) counts[truths[i]!]![Number(predicted.has(name))]! += 1
    const scores = rows.map((row) => row.scores[tag] ?? 0)
    const threshold = head.thresholds[tag] ?? 0.5
    return { name, threshold, averagePrecision: averagePrecision(scores, truths), ...tagScores(counts), counts }
  })
  return { items: rows.length, tags }
}
