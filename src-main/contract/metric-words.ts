/** How metrics are told. Free of schemas: the window reads it, too. */
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
  microF1: 'micro F1',
  meanAveragePrecision: 'mean average precision',
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
