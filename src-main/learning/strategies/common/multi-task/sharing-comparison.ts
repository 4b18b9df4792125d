import type { ExhibitInput } from '../../../../contract/exhibits.ts'
import { metricWord } from '../../../../contract/metric-words.ts'
import type { HeadInfo } from '../../../network/head-info.ts'

/** One task, learnt together with others and alone. */
export interface TaskScore {
  readonly task: string
  /** accuracy, meanAveragePrecision: higher is better, 0..1. rmse: lower is better, in the target's unit. */
  readonly metric: 'accuracy' | 'meanAveragePrecision' | 'rmse'
  readonly together: number
  readonly alone: number
}

/** The metric by which a task is compared. */
export function taskMetric({ type }: Pick<HeadInfo, 'type'>): TaskScore['metric'] {
  return METRICS[type]
}

const METRICS = { classification: 'accuracy', regression: 'rmse', tags: 'meanAveragePrecision' } as const

/** (-1)^l (M_together - M_alone) / M_alone, l = 1 where lower is better: positive when sharing helped. */
export function relativeGain({ metric, together, alone }: TaskScore): number {
  if (alone === together) return 0
  const gain = metric === 'rmse' ? alone - together : together - alone
  return gain / Math.max(Math.abs(alone), 1e-12)
}

/** Delta_m: the mean of the tasks' relative gains. Vandenhende et al., TPAMI 2021, arXiv 2004.13379, equation 3. */
export function deltaM(scores: readonly TaskScore[]): number {
  return scores.reduce((sum, score) => sum + relativeGain(score), 0) / Math.max(1, scores.length)
}

/** "Did sharing help?" as a table: each task together and alone, and the mean gain. */
export function sharingExhibit(
  scores: readonly TaskScore[],
  split: string,
  auxiliaries: readonly string[] = [],
): ExhibitInput {
  const delta = deltaM(scores)
  const rows = scores.map((score) => [
    score.task,
    score.metric === 'rmse' ? 'error (RMSE)' : metricWord(score.metric),
    shown(score, score.together),
    shown(score, score.alone),
    relativeGain(score),
  ])
  return {
    id: 'sharing',
    kind: 'table',
    title: 'Did sharing help?',
    words: sharingWords(scores, split, auxiliaries),
    level: delta > NOTHING ? 'good' : delta < -NOTHING ? 'warn' : 'info',
    columns: [
      { label: 'Task' },
      { label: 'Measure' },
      { label: 'Together' },
      { label: 'Alone' },
      { label: 'Gain', format: 'percent', better: 'higher' },
    ],
    rows: [...rows, ['Mean (delta m)', '', '', '', delta]],
    own: null,
  }
}

/** Relative gains below this are called none. */
const NOTHING = 0.001

export function sharingWords(scores: readonly TaskScore[], split: string, auxiliaries: readonly string[]): string {
  const delta = deltaM(scores)
  const helped = scores.filter((score) => relativeGain(score) > NOTHING).map(({ task }) => task)
  const hurt = scores.filter((score) => relativeGain(score) < -NOTHING).map(({ task }) => task)
  const verdict =
    Math.abs(delta) <= NOTHING ? 'Sharing made no difference' : delta > 0 ? 'Sharing helped' : 'Sharing hurt'
  const parts = [
    helped.length > 0 ? `better together: ${helped.join(', ')}` : '',
    hurt.length > 0 ? `better alone: ${hurt.join(', ')}` : '',
  ].filter((part) => part !== '')
  const detail = parts.length > 0 ? ` (${parts.join('; ')})` : ''
  const help =
    auxiliaries.length > 0
      ? ` ${auxiliaries.join(', ')} only helped and ${auxiliaries.length > 1 ? 'are' : 'is'} not in the saved network.`
      : ''
  return `${verdict}: by ${percent(delta)} on average over the tasks on the ${split} split, against a network of its own for each with as many epochs${detail}.${help} One seed: repeat with others before you rely on it.`
}

const percent = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(1)} %`

function shown({ metric }: TaskScore, value: number): string {
  return metric === 'rmse' ? String(Number(value.toPrecision(4))) : `${(100 * value).toFixed(2)} %`
}
