import { GraftError } from '../../../../contract/errors.ts'

export interface SourceChoice {
  /** Places of the sources that are trained, rising. */
  readonly sources: readonly number[]
  /** Per target, the place of the source that it is transferred from. */
  readonly assigned: readonly number[]
  /** The weighted sum of affinities that is reached. */
  readonly value: number
}

/** More would be millions of subsets. */
const MOST_SOURCES = 20

/** Which sources to train when only so many may be: each target takes its best one among them, and the sum of importance * affinity is as
 *  large as can be. The paper's binary integer program with transfers of first order, solved by looking at every subset. Paper:
 *  Zamir et al., Taskonomy, CVPR 2018, arXiv 1804.08328, section 3.4.
 *  @param affinity [target][source]
 *  @param budget how many sources may be trained
 *  @param importance per target; absent: all the same */
export function chooseSources(
  affinity: readonly (readonly number[])[],
  budget: number,
  importance: readonly number[] = affinity.map(() => 1),
): SourceChoice {
  const count = affinity[0]?.length ?? 0
  if (count > MOST_SOURCES || budget < 1 || count === 0) {
    throw new GraftError(
      'E_INPUT',
      `Expected 1 to ${MOST_SOURCES} sources and a budget of 1 or more. Received: ${count} and ${budget}.`,
    )
  }
  let best: SourceChoice | null = null
  for (let subset = 1; subset < 2 ** count; subset++) {
    const sources = Array.from({ length: count }, (_, s) => s).filter((s) => subset & (1 << s))
    if (sources.length > budget) continue
    const assigned = affinity.map((row) => sources.reduce((a, s) => (row[s]! > row[a]! ? s : a), sources[0]!))
    const value = assigned.reduce((sum, s, t) => sum + importance[t]! * affinity[t]![s]!, 0)
    // Of equals the one with fewer sources: what is not needed is not trained.
    if (best === null || value > best.value || (value === best.value && sources.length < best.sources.length)) {
      best = { sources, assigned, value }
    }
  }
  return best!
}
