import { addToMoments } from '../../base/statistics/moments.ts'
import type { HeadInfo } from '../network/head-info.ts'
import type { HeadTotals, SampleResult } from './head-totals.ts'
import { addTags, tagMetrics } from './tag-metrics.ts'

/** One sample: its target as stored (class index or number in its own unit) and the head's raw outputs (logits, or one
 *  standardised value). Returns what was predicted and the sample's loss. */
export function addSample(
  totals: HeadTotals,
  head: HeadInfo,
  target: number,
  outputs: ArrayLike<number>,
): SampleResult {
  if (head.type === 'tags') return addTags(totals, head, target, outputs)
  return head.type === 'classification'
    ? addClass(totals, head, target, outputs)
    : addNumber(totals, head, target, outputs[0]!)
}

function addClass(totals: HeadTotals, head: HeadInfo, target: number, logits: ArrayLike<number>) {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - logits[best]!)
  const confidence = 1 / sum
  if (Number.isNaN(target)) return { predicted: best, confidence, loss: 0 }
  const loss = Math.log(sum) + logits[best]! - logits[target]!
  const weight = head.classWeights[target] ?? 1
  totals.count += 1
  totals.loss += loss * weight
  totals.lossWeight += weight
  totals.confusion[target * head.classes.length + best]! += 1
  return { predicted: best, confidence, loss }
}

function addNumber(totals: HeadTotals, head: HeadInfo, target: number, output: number) {
  const predicted = output * head.std + head.mean
  if (Number.isNaN(target)) return { predicted, confidence: null, loss: 0 }
  // The mean is taken away first: added to both, it would cost the digits of a small error.
  const difference = output - (target - head.mean) / head.std
  const error = difference * head.std
  const loss = difference ** 2
  totals.loss += loss
  totals.lossWeight += 1
  totals.absolute += Math.abs(error)
  totals.squared += error ** 2
  addToMoments(totals, target)
  return { predicted, confidence: null, loss }
}

/** The head's metrics by name; empty when no sample was labelled. accuracy and macroF1 in 0..1 (classes that occur neither
 *  as label nor as prediction are left out of the mean); mae and rmse in the target's own unit; r2 up to 1. */
export function headMetrics(totals: HeadTotals, head: HeadInfo): Record<string, number> {
  if (totals.count === 0) return {}
  const loss = totals.lossWeight > 0 ? totals.loss / totals.lossWeight : 0
  if (head.type === 'tags') return { loss, ...tagMetrics(totals, head.classes.length) }
  if (head.type === 'classification') return { loss, ...classMetrics(totals, head.classes.length) }
  const r2 = totals.spread > 0 ? { r2: 1 - totals.squared / totals.spread } : {}
  return { loss, mae: totals.absolute / totals.count, rmse: Math.sqrt(totals.squared / totals.count), ...r2 }
}

function classMetrics({ confusion, count }: HeadTotals, classes: number): { accuracy: number; macroF1: number } {
  let hits = 0
  const scores: number[] = []
  for (let c = 0; c < classes; c++) {
    const both = confusion[c * classes + c]!
    let either = 0
    for (let other = 0; other < classes; other++) {
      either += confusion[c * classes + other]! + confusion[other * classes + c]!
    }
    hits += both
    if (either > 0) scores.push((2 * both) / either)
  }
  return { accuracy: hits / count, macroF1: scores.reduce((sum, score) => sum + score, 0) / scores.length }
}
