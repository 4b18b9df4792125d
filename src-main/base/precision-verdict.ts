import { ACCURACY_BOUND } from '../contract/accuracy-bound.ts'
import type { FeatureAgreement } from '../contract/precision.ts'
import type { PrefixPrecision } from '../contract/prefix-precision.ts'
import { percent } from './percent.ts'
import { plural } from './plural.ts'

/** Share of equal answers from which on a precision is proposed. */
export const SAME_ANSWERS = 0.98
/** Shares are quotients of counts: what differs by less is equal. */
const ROUNDING = 1e-9

/** Whether accuracy falls by more than the bound; false where it was not measured. */
export function fallsTooFar(agreement: FeatureAgreement | null, bound = ACCURACY_BOUND): boolean {
  const accuracy = agreement?.accuracy ?? null
  return accuracy !== null && accuracy.float32 - accuracy.here > bound + ROUNDING
}

/** Whether a precision may be proposed: nearly all answers are the same, and accuracy stays within the bound. Where nothing was classified it may not. */
export function agreesEnough(agreement: FeatureAgreement | null, bound = ACCURACY_BOUND): boolean {
  const top1 = agreement?.top1 ?? null
  return top1 !== null && top1 >= SAME_ANSWERS - ROUNDING && !fallsTooFar(agreement, bound)
}

/** "int8 gives the same class as float32 for 97.0 % of 400 validation items; accuracy 91.2 % against 92.0 % in float32" */
export function agreementWords(
  precision: PrefixPrecision,
  { items, split, top1, accuracy, cosine }: FeatureAgreement,
): string {
  const seen = plural(items, `${split === 'train' ? 'training' : 'validation'} item`)
  const near = `${precision}: features of ${seen} have a mean cosine of ${cosine.mean.toFixed(4)} with float32’s`
  if (top1 === null) return near
  const same = `${precision} gives the same class as float32 for ${percent(top1)} of ${seen}`
  return accuracy === null
    ? same
    : `${same}; accuracy ${percent(accuracy.here)} against ${percent(accuracy.float32)} in float32`
}

/** What a plan and a run's log say where accuracy falls too far. */
export function fallWords(precision: PrefixPrecision, agreement: FeatureAgreement, bound = ACCURACY_BOUND): string {
  const points = Number((100 * bound).toPrecision(3))
  return `${agreementWords(precision, agreement)}: it falls by more than ${points} points.`
}
