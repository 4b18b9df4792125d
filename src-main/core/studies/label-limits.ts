import type { StudySpec } from '../../contract/studies.ts'

const MOST = 6
/** Fewer than two labels a class teach a class next to nothing. */
const LEAST_PER_CLASS = 2

/** Numbers of labels, the least first, null (all) last. Asked-for ones that exceed the labelled items mean all of them. Without any
 *  asked for: all, a half, a quarter and so on, down to two a class. */
export function labelLimits(study: StudySpec, labelled: number, classes: number): (number | null)[] {
  if (study.kind !== 'label-efficiency') return [null]
  const asked = study.labelLimits.length > 0 ? study.labelLimits : halves(labelled, classes)
  const limits = asked.map((limit) => (limit !== null && labelled > 0 && limit >= labelled ? null : limit))
  return [...new Set(limits)].sort((a, b) => (a ?? Infinity) - (b ?? Infinity))
}

function halves(labelled: number, classes: number): (number | null)[] {
  const limits: (number | null)[] = [null]
  const least = Math.max(4, LEAST_PER_CLASS * classes)
  for (let limit = Math.round(labelled / 2); limit >= least && limits.length < MOST; limit = Math.round(limit / 2)) {
    limits.push(limit)
  }
  return limits
}
