import type { Manifest } from '../../contract/trainer.ts'
import { columnNamed, type DatasetState } from '../store/dataset-state.ts'
import type { StudyFacts } from '../store/studies-repo.ts'

type Head = Manifest['heads'][number]

/** What the most common class of the train split (for numbers: its mean) reaches as the answer to everything, on the validation and
 *  test splits. Computed from the labels of the first head; null when there are none. */
export function majorityBaseline(state: DatasetState, heads: readonly Head[]): StudyFacts['majority'] {
  const [head] = heads
  // The same tags for everything have no meaning as an answer.
  if (head?.type === 'tags') return null
  const values = head === undefined ? null : headValues(state, head)
  if (head === undefined || values === null || values.train.length === 0) return null
  const single = heads.length === 1
  const named = (split: string, metric: string): string =>
    single ? `${split}.${metric}` : `${split}.${head.name}.${metric}`
  if (head.type === 'classification') {
    const answer = mostCommon(values.train)
    const share = (split: readonly number[]): number => split.filter((value) => value === answer).length / split.length
    return {
      values: entries(values, (split, of) => ({ [named(split, 'accuracy')]: share(of) })),
      words: `always answering “${head.classes[answer] ?? answer}”, the most common class`,
    }
  }
  const mean = values.train.reduce((sum, value) => sum + value, 0) / values.train.length
  return {
    values: entries(values, (split, of) => numberMetrics(of, mean, (metric) => named(split, metric))),
    words: `always answering ${Number(mean.toPrecision(4))}, the mean`,
  }
}

/** Labelled items of the train split, for the first head. */
export function countLabelled(state: DatasetState, heads: readonly Head[]): number {
  const [head] = heads
  return head === undefined ? 0 : (headValues(state, head)?.train.length ?? 0)
}

interface SplitValues {
  readonly train: number[]
  readonly validation: number[]
  readonly test: number[]
}

/** Labels as the head counts them: class indices of its own list, or numbers; items without one are left out. */
function headValues(state: DatasetState, head: Head): SplitValues | null {
  const column = columnNamed(state, head.column)
  const labels = column === null ? undefined : state.labels.get(column.id)
  if (column === null || labels === undefined) return null
  const classOf = column.classes.map((name) => head.classes.indexOf(name))
  const found: SplitValues = { train: [], validation: [], test: [] }
  const lists = [found.train, found.validation, found.test]
  labels.forEach((label, place) => {
    if (Number.isNaN(label)) return
    const value = head.type === 'classification' ? (classOf[label] ?? -1) : label
    if (head.type !== 'classification' || value >= 0) lists[state.split[place] ?? 0]?.push(value)
  })
  return found
}

function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0
}

function entries(
  values: SplitValues,
  metrics: (split: string, of: readonly number[]) => Record<string, number>,
): Record<string, number> {
  return Object.assign(
    {},
    ...(['validation', 'test'] as const)
      .filter((split) => values[split].length > 0)
      .map((split) => metrics(split, values[split])),
  ) as Record<string, number>
}

function numberMetrics(
  of: readonly number[],
  answer: number,
  named: (metric: string) => string,
): Record<string, number> {
  const centre = of.reduce((sum, value) => sum + value, 0) / of.length
  const squared = of.reduce((sum, value) => sum + (value - answer) ** 2, 0)
  const spread = of.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return {
    [named('mae')]: of.reduce((sum, value) => sum + Math.abs(value - answer), 0) / of.length,
    [named('rmse')]: Math.sqrt(squared / of.length),
    ...(spread > 0 ? { [named('r2')]: 1 - squared / spread } : {}),
  }
}
