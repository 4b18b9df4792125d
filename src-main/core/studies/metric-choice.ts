import { metricPlace } from '../../contract/metric-facts.ts'

/** A target domain's accuracy is what domain adaptation is for, and stands only on runs that have a target. */
const SPLITS: readonly string[] = ['target', 'test', 'validation', 'train']

const splitPlace = (metric: string): number => SPLITS.indexOf(metric.split('.')[0] ?? '')

/** Measures on a split that every one of these has, the one that says most first: of a target domain, else of the test split;
 *  accuracy before losses; all heads together before single ones. */
export function commonMetrics(names: readonly (readonly string[])[]): string[] {
  const [first, ...rest] = names
  if (first === undefined) return []
  const others = rest.map((list) => new Set(list))
  const common = first.filter(
    (name) => splitPlace(name) >= 0 && name.includes('.') && others.every((list) => list.has(name)),
  )
  return common.sort(
    (a, b) =>
      splitPlace(a) - splitPlace(b) ||
      metricPlace(a) - metricPlace(b) ||
      a.split('.').length - b.split('.').length ||
      (a < b ? -1 : 1),
  )
}
