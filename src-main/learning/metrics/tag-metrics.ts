import { sigmoid, softplus } from '../../base/sigmoid.ts'
import { averagePrecision, bestThreshold } from '../../base/statistics/average-precision.ts'
import { f1Means, type TagCounts } from '../../base/statistics/tag-scores.ts'
import { DEFAULT_THRESHOLD, type HeadInfo, type TagFacts } from '../network/head-info.ts'
import type { HeadTotals } from './head-totals.ts'

const NO_TAGS: TagFacts = { sets: [], thresholds: [] }

/** One sample of a head of tags: `target` the place of its set of tags (NaN: not labelled), raw outputs (T). Counts what is predicted at the
 *  head's thresholds; keeps the probabilities where the totals ask for it. `loss` is the mean binary cross entropy over tags. */
export function addTags(totals: HeadTotals, head: HeadInfo, target: number, logits: ArrayLike<number>) {
  const { sets, thresholds } = head.tags ?? NO_TAGS
  const scores = Array.from(logits, sigmoid)
  if (Number.isNaN(target)) return { predicted: NaN, confidence: null, loss: 0, scores }
  const own = new Set(sets[target])
  let loss = 0
  for (const [tag, score] of scores.entries()) {
    const isThere = own.has(tag)
    const isSaid = score >= (thresholds[tag] ?? DEFAULT_THRESHOLD)
    loss += isThere ? (head.classWeights[tag] ?? 1) * softplus(-logits[tag]!) : softplus(logits[tag]!)
    totals.confusion[4 * tag + 2 * Number(isThere) + Number(isSaid)]! += 1
    totals.scores?.push(score)
    totals.truths?.push(Number(isThere))
  }
  loss /= scores.length
  totals.count += 1
  totals.loss += loss
  totals.lossWeight += 1
  return { predicted: NaN, confidence: null, loss, scores }
}

/** meanAveragePrecision (over tags that an item has; where the probabilities were kept), microF1 and macroF1, 0..1. */
export function tagMetrics(totals: HeadTotals, tags: number): Record<string, number> {
  const counts = Array.from({ length: tags }, (_, tag) => countsOf(totals, tag))
  const { micro, macro } = f1Means(counts)
  const precisions = eachTag(totals, tags, averagePrecision).filter((value) => value !== null)
  const mean = precisions.reduce((sum, value) => sum + value, 0) / precisions.length
  return {
    ...(precisions.length > 0 ? { meanAveragePrecision: mean } : {}),
    ...(micro !== null ? { microF1: micro } : {}),
    ...(macro !== null ? { macroF1: macro } : {}),
  }
}

/** The head with the thresholds that are best on these totals; null: none could be chosen for the tag, and it keeps 0.5. */
export function chosenThresholds(totals: HeadTotals, tags: number): (number | null)[] {
  const found = eachTag(totals, tags, bestThreshold)
  return Array.from({ length: tags }, (_, tag) => found[tag] ?? null)
}

function countsOf({ confusion }: HeadTotals, tag: number): TagCounts {
  const at = 4 * tag
  return [confusion.slice(at, at + 2), confusion.slice(at + 2, at + 4)]
}

/** Something of each tag's probabilities and truths; empty where they were not kept. */
function eachTag<T>(
  { scores = [], truths = [] }: HeadTotals,
  tags: number,
  of: (scores: Float64Array, truths: Float64Array) => T,
): T[] {
  if (scores.length === 0) return []
  const column = (values: readonly number[], tag: number) =>
    Float64Array.from({ length: values.length / tags }, (_, row) => values[row * tags + tag]!)
  return Array.from({ length: tags }, (_, tag) => of(column(scores, tag), column(truths, tag)))
}
