import { moments } from '../../base/statistics/moments.ts'
import type { LabelRelation, LabelSummary } from '../../learning/catalog.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import type { DatasetState } from '../store/dataset-state.ts'

/** Pairs of more columns than this are not looked at: it is done anew for every version. */
const MOST_COLUMNS = 12

/** Labelled training items of each label column; of numeric ones their mean and standard deviation (of the population). */
export function labelSummaries(state: DatasetState): Record<string, LabelSummary> {
  return Object.fromEntries(
    state.row.labelColumns.map((column) => {
      const values = trainValues(state, column).filter((value) => !Number.isNaN(value))
      const isNumeric = column.type === 'regression'
      return [column.name, { labelled: values.length, ...(isNumeric ? moments(values) : { mean: null, std: null }) }]
    }),
  )
}

/** How far each pair of label columns says the same, over training items that have both. */
export function labelRelations(state: DatasetState): LabelRelation[] {
  const columns = state.row.labelColumns.slice(0, MOST_COLUMNS)
  const values = columns.map((column) => trainValues(state, column))
  return columns.flatMap((a, i) =>
    columns.slice(i + 1).map((b, k) => {
      const [of, by] = pairedValues(values[i]!, values[i + 1 + k]!)
      return {
        a: a.name,
        b: b.name,
        both: of.length,
        aFromB: explained(of, a, by, b),
        bFromA: explained(by, b, of, a),
      }
    }),
  )
}

function trainValues({ labels, split }: DatasetState, { id }: StoredColumn): number[] {
  const all = labels.get(id)
  const values: number[] = []
  for (let place = 0; place < split.length; place++) if (split[place] === 0) values.push(all?.[place] ?? NaN)
  return values
}

function pairedValues(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const both = [...a.keys()].filter((i) => !Number.isNaN(a[i]!) && !Number.isNaN(b[i]!))
  return [both.map((i) => a[i]!), both.map((i) => b[i]!)]
}

/** How much of one column another tells, 0..1. A class from a class: share of items named right by the most frequent class. A number from a
 *  number: r^2; from a class: the share of its variance between classes. A class from a number is not measured: 0. */
function explained(of: readonly number[], target: StoredColumn, by: readonly number[], source: StoredColumn): number {
  // Tags are many things at once: what one of them tells is not measured.
  if (of.length === 0 || target.type === 'tags' || source.type === 'tags') return 0
  if (target.type === 'classification') return source.type === 'classification' ? majorityShare(of, by) : 0
  return source.type === 'classification' ? betweenShare(of, by) : correlation(of, by) ** 2
}

function groups(values: readonly number[], by: readonly number[]): number[][] {
  const found = new Map<number, number[]>()
  by.forEach((group, i) => {
    const known = found.get(group)
    if (known === undefined) found.set(group, [values[i]!])
    else known.push(values[i]!)
  })
  return [...found.values()]
}

function majorityShare(of: readonly number[], by: readonly number[]): number {
  const hits = groups(of, by).map((values) => {
    const counts = new Map<number, number>()
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
    return Math.max(...counts.values())
  })
  return hits.reduce((sum, count) => sum + count, 0) / of.length
}

function betweenShare(of: readonly number[], by: readonly number[]): number {
  const { mean, std } = moments(of)
  if (std === 0) return 0
  const between = groups(of, by).reduce((sum, values) => sum + values.length * (moments(values).mean - mean) ** 2, 0)
  return between / (of.length * std ** 2)
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [moments(a), moments(b)]
  if (x.std === 0 || y.std === 0) return 0
  const products = a.reduce((sum, value, i) => sum + (value - x.mean) * (b[i]! - y.mean), 0)
  return products / (a.length * x.std * y.std)
}
