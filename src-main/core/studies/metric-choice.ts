import { metricPlace } from '../../contract/metric-facts.ts'

/** A target domain's accuracy is what domain adaptation is for, and stands only on runs that have a target. */
const SPLITS: readonly string[] = ['target', 'test', 'validation', 'train']

const place = (order: readonly string[], value: string): number => {
  const index = order.indexOf(value)
  return index < 0 ? order.length : index
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
      metricPlace(a) - metricPlace(b) ||
      a.split('.').length - b.split('.').length ||
      (a < b ? -1 : 1),
  )
}
