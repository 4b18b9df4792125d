import type { Learner } from '../engine/run/learner.ts'
import { type Features, pickFeatures } from '../transferability/features.ts'
import { proxyADistance } from '../transferability/proxy-a-distance.ts'
import type { MeasuredFeatures } from './measure-gap.ts'

export interface ClassDistance {
  readonly classes: readonly [string, string]
  readonly distance: number
}

/** Pairs that are measured. */
const MOST_PAIRS = 12
const FEWEST = 16

/** How far single classes of the source are from each other in the same features, as a yardstick that the user knows: proxy A-distances of
 *  evenly spread pairs of the first classification head's classes. Empty without such labels. */
export function classDistances(
  { data, heads }: Learner,
  { rows, features }: MeasuredFeatures,
  seed: number,
): ClassDistance[] {
  const h = heads.findIndex(({ type }) => type === 'classification')
  if (h === -1) return []
  const { classes } = heads[h]!
  const places = classes.map((_, c) => [...rows.keys()].filter((i) => data.targets[h]![rows[i]!] === c))
  const usable = places.flatMap((of, c) => (of.length >= FEWEST ? [c] : []))
  const pairs = usable.flatMap((a, i) => usable.slice(i + 1).map((b) => [a, b] as const))
  const every = Math.max(1, Math.ceil(pairs.length / MOST_PAIRS))
  const of = (c: number): Features => pickFeatures(features, places[c]!)
  return pairs
    .filter((_, i) => i % every === 0)
    .map(([a, b]) => ({
      classes: [classes[a]!, classes[b]!],
      distance: proxyADistance(of(a), of(b), { seed }).distance,
    }))
}
