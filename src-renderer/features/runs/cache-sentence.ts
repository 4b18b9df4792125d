import type { RunDetail } from '@contract/runs.ts'
import { formatBytes, formatDuration, formatInteger, formatNumber, formatPercent, plural } from '../../ui/format.ts'
import { agreementSentence } from '../precision/precision-words.ts'

/** What the feature cache saved, in one sentence; null for a run without one. */
export function cacheSentence(run: Pick<RunDetail, 'cache' | 'epochSeconds'>): string | null {
  const { cache, epochSeconds } = run
  if (cache === null) return null
  const what = `Features of ${formatInteger(cache.items)} items cached at ${cache.layer} (${formatBytes(cache.bytes)})`
  const found =
    cache.hits > 0 ? `, ${cache.hits >= cache.items ? 'all' : formatInteger(cache.hits)} from earlier runs` : ''
  const first = epochSeconds[0]
  const later = median(epochSeconds.slice(1))
  const precision = precisionSentence(cache)
  if (first === undefined || later === null || first <= 0) return `${what}${found}.${precision}`
  if (cache.hits >= cache.items) {
    return `${what}${found}: none was computed, an epoch takes ${formatDuration(later)}.${precision}`
  }
  const times = `first epoch ${formatDuration(first)}, then ${formatDuration(later)}`
  // A later epoch that is slower says something about the computer, nothing about the cache.
  const share = later < first ? ` (${formatPercent(later / first)})` : ''
  return `${what}${found}: ${times}${share}.${precision}`
}

/** What a lower precision changed; empty for float32. */
function precisionSentence({ precision, agreement, features }: NonNullable<RunDetail['cache']>): string {
  if (precision === 'float32') return ''
  if (features !== null) return ` In ${precision}; agreement with float32 on ${agreementSentence(features)}.`
  if (agreement === null) return ` In ${precision}; agreement with float32 is measured at the end.`
  const same = agreement.top1 === null ? '' : `${formatPercent(agreement.top1)} same top-1, `
  const difference = `largest difference ${formatNumber(agreement.maxDifference, 2)}`
  return ` In ${precision}; agreement with float32 on ${plural(agreement.samples, 'item')}: ${same}${difference}.`
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
