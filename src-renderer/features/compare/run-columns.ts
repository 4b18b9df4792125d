import type { Run } from '@contract/runs.ts'
import { formatCount, formatDuration, formatInteger, formatTime } from '../../ui/format.ts'
import { betterSign, compareMetrics, formatMetric, metricLabel } from '../runs/metric-name.ts'
import { STATUS_LOOK } from '../runs/run-status.ts'

export interface RunColumn {
  readonly id: string
  readonly title: string
  /** One sentence for the header's tooltip. */
  readonly help: string
  readonly numeric: boolean
  readonly width: number
  /** The best values are the smallest: they come first. */
  readonly smallestFirst: boolean
  readonly sortValue: (run: Run) => string | number | null
  readonly text: (run: Run) => string
}

type Column = Omit<RunColumn, 'help' | 'numeric' | 'width' | 'smallestFirst' | 'text'> & Partial<RunColumn>

function column(given: Column): RunColumn {
  return {
    help: given.title,
    numeric: false,
    width: 110,
    smallestFirst: false,
    text: (run) => String(given.sortValue(run) ?? '–'),
    ...given,
  }
}

const FIXED: readonly RunColumn[] = [
  column({ id: 'status', title: 'Status', width: 110, sortValue: (run) => STATUS_LOOK[run.status].word }),
  column({ id: 'strategy', title: 'Strategy', width: 140, sortValue: (run) => run.strategy }),
  column({ id: 'base', title: 'Base', width: 150, sortValue: (run) => run.base }),
  column({
    id: 'dataset',
    title: 'Dataset',
    width: 130,
    sortValue: (run) => run.dataset.name,
    text: (run) => `${run.dataset.name} v${run.dataset.version}`,
  }),
  column({ id: 'seed', title: 'Seed', numeric: true, width: 64, sortValue: (run) => run.seed }),
  column({
    id: 'epochs',
    title: 'Epochs',
    numeric: true,
    width: 78,
    sortValue: (run) => run.epochsDone,
    text: (run) => `${run.epochsDone} / ${run.epochs}`,
  }),
  column({
    id: 'trainable',
    title: 'Trainable',
    help: 'Parameters that training may change',
    numeric: true,
    width: 90,
    sortValue: (run) => run.parameters.trainable,
    text: (run) => formatCount(run.parameters.trainable),
  }),
  column({
    id: 'total',
    title: 'Parameters',
    numeric: true,
    width: 96,
    sortValue: (run) => run.parameters.total,
    text: (run) => formatCount(run.parameters.total),
  }),
  column({
    id: 'seconds',
    title: 'Time',
    help: 'Time spent training, without pauses',
    numeric: true,
    width: 92,
    sortValue: (run) => run.seconds,
    text: (run) => formatDuration(run.seconds),
  }),
  column({
    id: 'createdAt',
    title: 'Made',
    width: 110,
    sortValue: (run) => run.createdAt,
    text: (run) => formatTime(run.createdAt),
  }),
  column({
    id: 'tags',
    title: 'Tags',
    width: 140,
    sortValue: (run) => run.tags.join(', '),
    text: (run) => run.tags.join(', '),
  }),
  column({ id: 'notes', title: 'Notes', width: 180, sortValue: (run) => run.notes }),
]

/** All columns that these runs can show: the fixed ones, then best and last value of every metric. */
export function columnsFor(runs: readonly Run[]): RunColumn[] {
  const names = new Set<string>()
  for (const run of runs) for (const name of Object.keys(run.metrics)) names.add(name)
  return [...FIXED, ...[...names].sort(compareMetrics).flatMap(metricColumns)]
}

function metricColumns(name: string): RunColumn[] {
  const label = metricLabel(name)
  const smallestFirst = betterSign(name) < 0
  return [
    column({
      id: `kept:${name}`,
      title: label,
      help: `${label} of the saved model`,
      numeric: true,
      width: 128,
      smallestFirst,
      sortValue: (run) => run.metrics[name]?.kept ?? null,
      text: (run) => formatMetric(name, run.metrics[name]?.kept),
    }),
    column({
      id: `best:${name}`,
      title: `${label}, best`,
      help: `${label}: best value over the epochs`,
      numeric: true,
      width: 128,
      smallestFirst,
      sortValue: (run) => run.metrics[name]?.best ?? null,
      text: (run) => formatMetric(name, run.metrics[name]?.best),
    }),
    column({
      id: `last:${name}`,
      title: `${label}, last`,
      help: `${label}: value of the last epoch`,
      numeric: true,
      width: 148,
      smallestFirst,
      sortValue: (run) => run.metrics[name]?.last ?? null,
      text: (run) => formatMetric(name, run.metrics[name]?.last),
    }),
    column({
      id: `epoch:${name}`,
      title: `${label}, best epoch`,
      help: `${label}: the epoch of the best value`,
      numeric: true,
      width: 170,
      sortValue: (run) => run.metrics[name]?.bestEpoch ?? null,
      text: (run) => formatInteger(run.metrics[name]?.bestEpoch),
    }),
  ]
}

/** Shown until the user chooses: the scores that matter, then who and how. */
export function defaultColumns(columns: readonly RunColumn[]): string[] {
  const wanted = [
    'kept:test.accuracy',
    'kept:validation.accuracy',
    'kept:test.meanAveragePrecision',
    'kept:validation.meanAveragePrecision',
    'status',
    'strategy',
    'trainable',
    'seconds',
    'tags',
  ]
  const there = wanted.filter((id) => columns.some((one) => one.id === id))
  if (there.some((id) => id.startsWith('kept:'))) return there
  const score = columns.find((one) => one.id.startsWith('kept:'))
  return score ? [score.id, ...there] : there
}
