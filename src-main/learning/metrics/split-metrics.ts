import type { HeadInfo } from '../network/head-info.ts'
import { headMetrics } from './head-metrics.ts'
import type { HeadTotals } from './head-totals.ts'

/** Metrics of a split by full name. One head: `<split>.<metric>`. Several: `<split>.<head>.<metric>` for each, and
 *  `<split>.loss` (weighted sum) and `<split>.accuracy` (mean over classification heads) over all of them. A head of weight 0
 *  only helps others: it counts in neither. */
export function splitMetrics(
  split: string,
  heads: readonly HeadInfo[],
  totals: readonly HeadTotals[],
): Record<string, number> {
  const each = heads.map((head, i) => headMetrics(totals[i]!, head))
  if (heads.length === 1) return named(split, each[0]!)
  const all = Object.assign({}, ...each.map((metrics, i) => named(`${split}.${heads[i]!.name}`, metrics)))
  const loss = each.reduce((sum, metrics, i) => sum + (metrics['loss'] ?? 0) * heads[i]!.weight, 0)
  const accuracies = each.flatMap(({ accuracy }, i) =>
    accuracy === undefined || heads[i]!.weight === 0 ? [] : [accuracy],
  )
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length
  const hasAny = each.some((metrics) => metrics['loss'] !== undefined)
  return {
    ...all,
    ...(hasAny ? named(split, { loss }) : {}),
    ...(accuracies.length > 0 ? named(split, { accuracy: mean }) : {}),
  }
}

function named(prefix: string, metrics: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${prefix}.${name}`, value]))
}
