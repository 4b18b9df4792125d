import { percent } from '../../../base/percent.ts'
import { mean, sampleSd } from '../../../base/statistics/describe.ts'
import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { ClassTasks } from './class-tasks.ts'
import type { MetaValues } from './meta-params.ts'

const points = (share: number) => (100 * share).toFixed(1)

/** Mean and half width of its 95 % interval over many tasks (normal approximation, as papers print it). */
export function meanAndHalf(values: readonly number[]): { mean: number; half: number } {
  return { mean: mean(values), half: (1.96 * sampleSd(values)) / Math.sqrt(values.length) }
}

/** Which classes were learned from, and which were kept for the test. */
export function classesExhibit({ split, rowsOf, names }: ClassTasks): ExhibitInput {
  const parts = (['train', 'validation', 'test'] as const).filter((part) => split[part].length > 0)
  const rows = parts.map((part) => [
    part === 'train' ? 'learned from' : part,
    split[part].length,
    namesOf(split[part].map((c) => names[c] ?? String(c))),
    split[part].reduce((sum, c) => sum + rowsOf.get(c)!.length, 0),
  ])
  return {
    kind: 'table',
    id: 'meta-classes',
    title: 'Classes',
    words: `${split.train.length} classes to learn from, ${split.validation.length} for validation, ${split.test.length} kept for the test; no class is in two of them.`,
    columns: [
      { label: 'Part' },
      { label: 'Classes', format: 'count' },
      { label: 'Names' },
      { label: 'Items', format: 'count' },
    ],
    rows,
  }
}

const MOST_NAMES = 12

function namesOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ')
}

/** Accuracy before adapting and after each step. */
export function adaptationExhibit(accuracies: readonly number[][], values: MetaValues, note: string): ExhibitInput {
  const steps = accuracies.map(meanAndHalf)
  const last = steps.at(-1)!
  return {
    kind: 'curves',
    id: 'adaptation',
    title: 'Adaptation to new tasks',
    words: `New classes: ${percent(steps[0]!.mean)} before adapting (chance is ${percent(1 / values.way)}), ${percent(steps[Math.min(1, steps.length - 1)]!.mean)} after one step, ${percent(last.mean)} ± ${percent(last.half)} after ${steps.length - 1}. ${note}`,
    x: { label: 'step of adaptation' },
    y: { label: 'accuracy on new tasks' },
    series: [
      {
        name: `${values.way}-way ${values.shots}-shot`,
        x: steps.map((_, k) => k),
        y: steps.map(({ mean }) => mean),
        low: steps.map(({ mean, half }) => mean - half),
        high: steps.map(({ mean, half }) => mean + half),
      },
    ],
  }
}

/** The result beside its baselines. */
export function fewShotTable(
  accuracies: readonly number[][],
  probe: readonly number[] | null,
  values: MetaValues,
): ExhibitInput {
  const own = meanAndHalf(accuracies.at(-1)!)
  const others = probe === null ? [] : [['Ordinary pre-training, linear probe', ...cells(meanAndHalf(probe))]]
  const probeMean = probe === null ? null : meanAndHalf(probe)
  const gap = probeMean === null ? 0 : own.mean - probeMean.mean
  const noise = probeMean === null ? 0 : own.half + probeMean.half
  const verdict =
    probeMean === null
      ? 'Nothing to compare with was trained.'
      : gap > noise
        ? `Meta-learning is ${points(gap)} points better than a linear probe on ordinary features.`
        : gap < -noise
          ? `A linear probe on ordinary features is ${points(-gap)} points better: meta-learning was not worth it here.`
          : 'Meta-learning and a linear probe on ordinary features do not differ beyond their intervals.'
  return {
    kind: 'table',
    id: 'few-shot',
    title: `${values.way}-way ${values.shots}-shot on unseen classes`,
    words: verdict,
    level: gap < -noise ? 'warn' : gap > noise ? 'good' : 'info',
    columns: [
      { label: 'Way' },
      { label: 'Accuracy', format: 'percent', better: 'higher' },
      { label: '± (95 %)', format: 'percent' },
    ],
    rows: [
      [`Meta-learning, ${accuracies.length - 1} steps`, ...cells(own)],
      ...others,
      ['Chance', 1 / values.way, null],
    ],
    own: 0,
  }
}

function cells({ mean, half }: { mean: number; half: number }): [number, number] {
  return [mean, half]
}
