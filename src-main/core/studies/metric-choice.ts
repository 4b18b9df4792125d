const SHARES: readonly string[] = ['accuracy', 'macroF1', 'f1', 'precision', 'recall', 'auc']
const HIGHER: readonly string[] = [...SHARES, 'r2']
/** A target domain's accuracy is what domain adaptation is for, and stands only on runs that have a target. */
const SPLITS: readonly string[] = ['target', 'test', 'validation', 'train']
const ORDER: readonly string[] = ['accuracy', 'macroF1', 'r2', 'rmse', 'mae', 'loss']

const lastPart = (metric: string): string => metric.split('.').at(-1) ?? metric
const place = (order: readonly string[], value: string): number => {
  const index = order.indexOf(value)
  return index < 0 ? order.length : index
}

export function isHigherBetter(metric: string): boolean {
  return HIGHER.includes(lastPart(metric))
}

/** Values lie in 0..1 and are shown as percent. */
export function isShare(metric: string): boolean {
  return SHARES.includes(lastPart(metric))
}

/** Measures on a split that every one of these has, the one that says most first: of a target domain, else of the test split;
 *  accuracy before losses; all heads together before single ones. */
export function commonMetrics(names: readonly (readonly string[])[]): string[] {
  const [first, ...rest] = names
  if (first === undefined) return []
  const others = rest.map((list) => new Set(list))
  const common = first.filter(
    (name) => SPLITS.includes(name.split('.')[0] ?? '') && name.includes('.') && others.every((list) => list.has(name)),
  )
  return common.sort(
    (a, b) =>
      place(SPLITS, a.split('.')[0] ?? '') - place(SPLITS, b.split('.')[0] ?? '') ||
      place(ORDER, lastPart(a)) - place(ORDER, lastPart(b)) ||
      a.split('.').length - b.split('.').length ||
      (a < b ? -1 : 1),
  )
}
