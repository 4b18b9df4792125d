import { percent } from '../../../base/percent.ts'
import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { chooseSources } from './affinity/choose-sources.ts'
import type { TaskTransferValues } from './task-transfer-params.ts'
import { FEW_ITEMS } from './few-items.ts'
import { mean } from './item-losses.ts'
import type { Task } from './transfer-tasks.ts'
import type { Affinities, ChosenTasks, TransferRow } from './transfer-results.ts'

export interface Shown extends ChosenTasks {
  readonly rows: readonly TransferRow[]
  readonly affinities: Affinities
  readonly values: TaskTransferValues
}

/** What the run found: affinities, gain and quality as matrices, the suggestion of each target, and the best sources per budget. */
export function transferExhibits(shown: Shown): ExhibitInput[] {
  const { sources } = shown
  const budgets = sources.length > 1 ? [budgetTable(shown)] : []
  return [affinityMatrix(shown), suggestionTable(shown), ...gainAndQuality(shown), ...budgets, ...warnings(shown)]
}

function affinityMatrix({ rows, targets, affinities, values }: Shown): ExhibitInput {
  return {
    kind: 'matrix',
    id: 'affinity',
    title: 'Affinity of sources to targets',
    words: `Each column says how large a part a source has in being the best for a target (analytic hierarchy process over the shares of items on which one beats another; the column's sum is 100 %). Every transfer saw the same ${values.readoutLabels} labels at most. A click starts that transfer.`,
    rowLabel: 'Source',
    columnLabel: 'Target',
    rows: rows.map(({ name }) => name),
    columns: targets.map(({ name }) => name),
    values: rows.map((_, i) => targets.map((target) => affinities.get(target.place)!.shares[i]!)),
    format: 'percent',
    patches: rows.map(({ source }) => targets.map((target) => patchOf(source, target))),
  }
}

/** The spec of one transfer alone. */
export function patchOf(source: Task | null, target: Task): Record<string, unknown> | null {
  if (source === null || source.place === target.place) return null
  return {
    'strategy.sources': [source.name],
    'strategy.targets': [target.name],
    'strategy.mainTask': target.name,
    'strategy.keep': 'transfer',
  }
}

function suggestionTable({ rows, targets, affinities }: Shown): ExhibitInput {
  const found = targets.map((target) => {
    const affinity = affinities.get(target.place)!
    const { suggested, shares, gain, gainInterval, quality, stability, againstOthers } = affinity
    if (suggested === null)
      return [target.name, 'no other source', null, null, null, null, null, null, null, null, null]
    const { low, high } = gainInterval[suggested]!
    return [
      target.name,
      rows[suggested]!.name,
      shares[suggested]!,
      stability,
      gain[suggested]!,
      low,
      high,
      quality?.[suggested] ?? null,
      againstOthers?.share ?? null,
      againstOthers?.low ?? null,
      againstOthers?.high ?? null,
    ]
  })
  return {
    kind: 'table',
    id: 'suggested-sources',
    title: 'Suggested source of each target',
    words: suggestionWords({ rows, targets, affinities }),
    columns: [
      { label: 'Target', format: 'text' },
      { label: 'Suggested source', format: 'text' },
      { label: 'Affinity', format: 'percent' },
      { label: 'Stays first in resamples', format: 'percent' },
      { label: 'Gain: beats scratch on', format: 'percent' },
      { label: 'from', format: 'percent' },
      { label: 'to', format: 'percent' },
      { label: 'Quality: beats all labels on', format: 'percent' },
      { label: 'Beats the other sources on', format: 'percent' },
      { label: 'from', format: 'percent' },
      { label: 'to', format: 'percent' },
    ],
    rows: found,
  }
}

function suggestionWords({ rows, targets, affinities }: Pick<Shown, 'rows' | 'targets' | 'affinities'>): string {
  const told = targets.flatMap((target) => {
    const { suggested, gain, gainInterval } = affinities.get(target.place)!
    if (suggested === null) return []
    const { low, high } = gainInterval[suggested]!
    const verdict = low > 0.5 ? 'helps' : high < 0.5 ? 'hurts' : 'is no better than scratch'
    return [
      `${target.name}: transfer from ${rows[suggested]!.name} ${verdict} (beats scratch on ${percent(gain[suggested]!)} of items).`,
    ]
  })
  return told.length === 0 ? 'There is no source but the target itself.' : told.join(' ')
}

function gainAndQuality({ rows, targets, affinities }: Shown): ExhibitInput[] {
  const matrix = (id: string, title: string, words: string, of: (target: Task, i: number) => number | null) => ({
    kind: 'matrix' as const,
    id,
    title,
    words,
    rowLabel: 'Source',
    columnLabel: 'Target',
    rows: rows.map(({ name }) => name),
    columns: targets.map(({ name }) => name),
    values: rows.map((_, i) => targets.map((target) => of(target, i))),
    format: 'percent' as const,
    scale: 'diverging' as const,
  })
  const gain =
    'Share of items on which the transfer does better than a network trained from scratch on the same few labels; 50 % is no difference.'
  const quality =
    'Share of items on which the transfer does better than the target’s own network with all labels; 50 % would be as good.'
  const hasQuality = targets.some((target) => affinities.get(target.place)!.quality !== null)
  return [
    matrix('gain', 'Gain over scratch', gain, (target, i) => affinities.get(target.place)!.gain[i]!),
    ...(hasQuality
      ? [
          matrix(
            'quality',
            'Quality against all labels',
            quality,
            (target, i) => affinities.get(target.place)!.quality?.[i] ?? null,
          ),
        ]
      : []),
  ]
}

function budgetTable({ rows, sources, targets, affinities, values }: Shown): ExhibitInput {
  // Baselines are no sources, and shares of sources alone are compared.
  const affinity = targets.map((target) => sources.map((_, i) => affinities.get(target.place)!.shares[i]!))
  const budgets = Array.from({ length: sources.length }, (_, i) => i + 1)
  const choices = budgets.map((budget) => chooseSources(affinity, budget))
  const own = Math.min(values.sourceBudget, sources.length)
  const choice = choices[own - 1]!
  const pairs = targets.map((target, t) => {
    const source = sources[choice.assigned[t]!]!
    return source === target ? `${target.name} by itself` : `${target.name} from ${source.name}`
  })
  return {
    kind: 'table',
    id: 'source-budget',
    title: 'Best sources under a budget',
    words: `With ${own} of ${sources.length} tasks trained on all their labels: ${choice.sources.map((s) => rows[s]!.name).join(', ')}. Then ${pairs.join(', ')}.`,
    columns: [
      { label: 'Sources trained', format: 'count' },
      { label: 'Which', format: 'text' },
      { label: 'Mean affinity', format: 'percent', better: 'higher' },
    ],
    rows: choices.map(({ sources: places, value }, i) => [
      budgets[i]!,
      places.map((s) => sources[s]!.name).join(', '),
      value / targets.length,
    ]),
    own: own - 1,
  }
}

function warnings({ rows, targets, affinities }: Shown): ExhibitInput[] {
  const ties = targets.filter((target) => affinities.get(target.place)!.isAllTie)
  const few = targets.filter((target) => target.chosenOn.length < FEW_ITEMS)
  const lost = targets.filter((target) => {
    const { suggested } = affinities.get(target.place)!
    if (suggested === null) return false
    const lossOf = (i: number) => mean(rows[i]!.readouts.get(target.place)!.measured.measuredOn)
    return lossOf(suggested) > lossOf(rows.length - 1)
  })
  const named = (tasks: readonly Task[]) => tasks.map(({ name }) => name).join(', ')
  const warning = (id: string, title: string, words: string): ExhibitInput => ({
    kind: 'text',
    id,
    title,
    words,
    level: 'warn',
  })
  return [
    ...(ties.length === 0
      ? []
      : [warning('all-ties', 'Nothing to tell sources apart', `All sources and baselines do exactly the same on ${named(ties)}: the encoders are the same, or the readouts learned nothing.`)]), // prettier-ignore
    ...(few.length === 0
      ? []
      : [warning('few-items', 'Few items to compare on', `${named(few)}: fewer than ${FEW_ITEMS} labelled validation items. Win rates are uncertain; "stays first in resamples" says how much another draw of the same items would change the choice.`)]), // prettier-ignore
    ...(lost.length === 0
      ? []
      : [warning('transfer-hurts', 'Transfer hurts', `${named(lost)}: even the suggested source has a larger mean loss than training from scratch on the same labels.`)]), // prettier-ignore
  ]
}
