import { isShare, metricPlace } from '@contract/metric-facts.ts'
import { parseMetric } from '@contract/metric-words.ts'
import { formatNumber, formatPercent } from '../../ui/format.ts'

export { betterSign, isHigherBetter, isShare } from '@contract/metric-facts.ts'
export { metricGroup, metricLabel, type MetricName, metricWord, parseMetric } from '@contract/metric-words.ts'
export type { MetricSplit } from '@contract/metric-words.ts'

/** Which network and which of the run's heads a name speaks of: what stands between split and metric is a head, or a further
 *  network of the strategy (`teacher`), or one of its heads (`teacher.species`). */
export function subjectOfMetric(
  name: string,
  heads: readonly string[],
): { readonly network: string | null; readonly head: string | null } {
  const { head } = parseMetric(name)
  if (head === null || heads.includes(head)) return { network: null, head }
  // A network for one head is named after it (`alone-species`) and says only its own figures.
  const own = heads.find((one) => head.endsWith(`.${one}`) || head.endsWith(`-${one}`))
  return own === undefined ? { network: head, head: null } : { network: head.slice(0, -own.length - 1), head: own }
}

export function formatMetric(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return isShare(name) ? formatPercent(value, 1) : formatNumber(value)
}

/** Test before validation before train, scores before losses, then by name. */
export function compareMetrics(a: string, b: string): number {
  const [left, right] = [parseMetric(a), parseMetric(b)]
  return (
    place(SPLITS, left.split ?? 'x') - place(SPLITS, right.split ?? 'x') ||
    metricPlace(left.metric) - metricPlace(right.metric) ||
    Number(left.head !== null) - Number(right.head !== null) ||
    a.localeCompare(b)
  )
}

/** The one number that stands for a run: a score on the test split, else on validation, else the best there is. */
export function primaryMetric(names: Iterable<string>): string | null {
  const sorted = [...names].filter((name) => parseMetric(name).split !== null).sort(compareMetrics)
  return (
    sorted.find((name) => parseMetric(name).metric !== 'loss' && parseMetric(name).split !== 'train') ??
    sorted[0] ??
    null
  )
}

const SPLITS: readonly string[] = ['test', 'validation', 'train']

function place(order: readonly string[], value: string): number {
  const index = order.indexOf(value)
  return index < 0 ? order.length : index
}
