/** What is known of metrics by their last part (`accuracy` of `test.species.accuracy`). Free of schemas: the window reads it, too. */
export type Better = 'higher' | 'lower'

interface MetricFacts {
  /** null: neither side is better (a learning rate, a share of labels that were given). */
  readonly better: Better | null
  /** Lies in 0..1 and is shown as percent. */
  readonly share: boolean
}

const SCORE: MetricFacts = { better: 'higher', share: true }
const ERROR: MetricFacts = { better: 'lower', share: false }

/** The one that says most first. */
const KNOWN: Readonly<Record<string, MetricFacts>> = {
  accuracy: SCORE,
  meanAveragePrecision: SCORE,
  microF1: SCORE,
  macroF1: SCORE,
  f1: SCORE,
  precision: SCORE,
  recall: SCORE,
  auc: SCORE,
  r2: { better: 'higher', share: false },
  rmse: ERROR,
  mae: ERROR,
  mse: ERROR,
  error: ERROR,
  loss: ERROR,
  penalty: ERROR,
  informationMaximisation: { better: 'higher', share: false },
}
const ORDER: readonly string[] = Object.keys(KNOWN)

/** Figures of single strategies follow from how their names end: `softLoss`, `reconstructionError`, `domainAccuracy`. */
const ENDINGS: readonly (readonly [RegExp, MetricFacts])[] = [
  [/[a-z0-9](Loss|Error)$/, ERROR],
  [/[a-z0-9](Accuracy|Agreement)$/, SCORE],
  [/[a-z0-9]Share$/, { better: null, share: true }],
]
const UNKNOWN: MetricFacts = { better: null, share: false }

/** Facts of a metric, by its full name or its last part. */
export function metricFacts(metric: string): MetricFacts {
  const last = metric.slice(metric.lastIndexOf('.') + 1)
  if (Object.hasOwn(KNOWN, last)) return KNOWN[last] ?? UNKNOWN
  return ENDINGS.find(([ending]) => ending.test(last))?.[1] ?? UNKNOWN
}

/** 1: a larger value is better; -1: a smaller one; 0: neither. */
export function betterSign(metric: string): -1 | 0 | 1 {
  const { better } = metricFacts(metric)
  return better === null ? 0 : better === 'higher' ? 1 : -1
}

export function isHigherBetter(metric: string): boolean {
  return metricFacts(metric).better === 'higher'
}

/** Values lie in 0..1 and are shown as percent. */
export function isShare(metric: string): boolean {
  return metricFacts(metric).share
}

/** Place among metrics of one split: scores before errors before what a strategy measures of its own. */
export function metricPlace(metric: string): number {
  const place = ORDER.indexOf(metric.slice(metric.lastIndexOf('.') + 1))
  return place < 0 ? ORDER.length : place
}
