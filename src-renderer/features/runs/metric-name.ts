import { isShare, metricPlace } from '@contract/metric-facts.ts'
import { formatNumber, formatPercent } from '../../ui/format.ts'

export { betterSign, isHigherBetter, isShare } from '@contract/metric-facts.ts'

export type MetricSplit = 'train' | 'validation' | 'test'

export interface MetricName {
  readonly name: string
  /** null: not measured on a split, e.g. the learning rate. */
  readonly split: MetricSplit | null
  readonly head: string | null
  readonly metric: string
}

const SPLITS: readonly string[] = ['test', 'validation', 'train']
const WORDS: Readonly<Record<string, string>> = {
  accuracy: 'accuracy',
  loss: 'loss',
  f1: 'F1',
  macroF1: 'macro F1',
  mae: 'mean absolute error',
  rmse: 'root mean squared error',
  r2: 'R²',
  learningRate: 'learning rate',
  mse: 'mean squared error',
  domainAccuracy: 'domain classifier accuracy',
  domainLoss: 'domain classifier loss',
  softLoss: 'loss against soft labels',
  lambda: 'lambda of the reversed gradient',
}

/** Reads `<split>.<metric>` or `<split>.<head>.<metric>`; heads may contain dots. */
export function parseMetric(name: string): MetricName {
  const parts = name.split('.')
  const first = parts[0] ?? ''
  const isSplit = parts.length > 1 && SPLITS.includes(first)
  const rest = isSplit ? parts.slice(1) : parts
  const metric = rest[rest.length - 1] ?? name
  const head = rest.length > 1 ? rest.slice(0, -1).join('.') : null
  return { name, split: isSplit ? (first as MetricSplit) : null, head, metric }
}

/** "Validation accuracy", "Test loss (species)". */
export function metricLabel(name: string): string {
  const { split, head, metric } = parseMetric(name)
  const words = [split, metricWord(metric)].filter(Boolean).join(' ')
  const label = words.charAt(0).toUpperCase() + words.slice(1)
  return head === null ? label : `${label} (${head})`
}

/** The metric without its split: "accuracy", "loss (species)". One chart shows all splits of it. */
export function metricGroup(name: string): string {
  const { head, metric } = parseMetric(name)
  return head === null ? metric : `${metric} (${head})`
}

/** A strategy's own figures are said by their names: `reconstructionError` as "reconstruction error". */
export function metricWord(metric: string): string {
  return WORDS[metric] ?? metric.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}

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

function place(order: readonly string[], value: string): number {
  const index = order.indexOf(value)
  return index < 0 ? order.length : index
}
