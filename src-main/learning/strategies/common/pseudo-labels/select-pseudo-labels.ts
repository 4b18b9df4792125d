import type { Guess } from '../../../metrics/guesses.ts'

export type SelectionRule =
  | { readonly kind: 'threshold'; readonly tau: number }
  | { readonly kind: 'top-k'; readonly perClass: number }
  | { readonly kind: 'all' }

/** Places of the guesses that become pseudo-labels, ascending. `threshold`: 1[max p > tau] (FixMatch, Sohn et al. 2020, and
 *  tllib's self_training/pseudo_label.py, tau .95). `top-k`: of each predicted class the k most confident, so that no class crowds out the
 *  others (class-balanced self-training, Zou et al., ECCV 2018, arXiv 1810.07911, with a count in place of a share).
 *  `all`: every guess (Lee, "Pseudo-Label", ICML StagedRun 2013). */
export function selectGuesses(all: readonly Guess[], rule: SelectionRule): number[] {
  if (rule.kind === 'all') return [...all.keys()]
  if (rule.kind === 'threshold') {
    return all.flatMap(({ confidence }, i) => (confidence > rule.tau ? [i] : []))
  }
  const byConfidence = [...all.keys()].sort((a, b) => all[b]!.confidence - all[a]!.confidence || a - b)
  const taken = new Map<number, number>()
  const kept = byConfidence.filter((i) => {
    const { label } = all[i]!
    const count = taken.get(label) ?? 0
    taken.set(label, count + 1)
    return count < rule.perClass
  })
  return kept.sort((a, b) => a - b)
}

export function classHistogram(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) counts[label]! += 1
  return counts
}

/** What is doubtful about a selection; the table of rounds and the log say it. */
export interface SelectionDoubts {
  /** None, or more than 99 %, was selected: the rule does not separate anything. */
  readonly selects: 'nothing' | 'everything' | null
  /** Classes of the labelled rows that no pseudo-label has. */
  readonly absent: readonly number[]
  /** Class whose share among the pseudo-labels is furthest above its share among the labelled rows, when it is at least `FACTOR` times that. */
  readonly crowding: { readonly label: number; readonly share: number; readonly labelledShare: number } | null
}

const FACTOR = 2

/** Compares a selection with the labelled rows. The labelled rows are no sample of the unlabelled ones when they were drawn balanced, so this
 *  is a doubt, not a finding. */
export function selectionDoubts(
  selected: readonly number[],
  { offered, labelled, rule }: { offered: number; labelled: readonly number[]; rule: SelectionRule },
): SelectionDoubts {
  const count = selected.reduce((sum, each) => sum + each, 0)
  const isAsked = rule.kind === 'all'
  const selects = count === 0 ? 'nothing' : !isAsked && count > 0.99 * offered ? 'everything' : null
  if (count === 0) return { selects, absent: [], crowding: null }
  const all = labelled.reduce((sum, each) => sum + each, 0)
  const absent = selected.flatMap((each, c) => (each === 0 && labelled[c]! > 0 ? [c] : []))
  const ratios = selected.map((each, c) => (labelled[c]! > 0 ? each / count / (labelled[c]! / all) : 0))
  const label = ratios.indexOf(Math.max(...ratios))
  const isCrowding = ratios[label]! >= FACTOR
  const crowding = isCrowding ? { label, share: selected[label]! / count, labelledShare: labelled[label]! / all } : null
  return { selects, absent, crowding }
}

/** Weight of the pseudo-labels' loss at progress t = 0..1 of the training: a(t) = 0 before `from`, rising linearly to `final` at `to`, `final`
 *  from then on. Lee 2013, section 2 (there T1 = 100, T2 = 600, final 3). from = to: constant from there. */
export function rampedWeight(t: number, { final, from, to }: { final: number; from: number; to: number }): number {
  if (t < from) return 0
  return t >= to ? final : (final * (t - from)) / (to - from)
}
