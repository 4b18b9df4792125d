import type { PrefixPrecision } from '@contract/prefix-precision.ts'
import type { ArmComparison, Baseline, Study, StudyDetail, StudyKind, StudyStatus } from '@contract/studies.ts'
import { formatNumber, formatPercent, plural } from '../../ui/format.ts'
import { isShare } from '../runs/metric-name.ts'

export const KINDS: readonly { readonly value: StudyKind; readonly label: string; readonly text: string }[] = [
  {
    value: 'tournament',
    label: 'Tournament',
    text: 'Several strategies on one dataset under one budget: which wins, by how much, and whether that is more than chance.',
  },
  {
    value: 'freeze-sweep',
    label: 'Freeze sweep',
    text: 'Where to end freezing: accuracy against trained parameters and time, block by block.',
  },
  {
    value: 'label-efficiency',
    label: 'Label efficiency',
    text: 'Accuracy against the number of labels, per strategy: label more, or take another strategy?',
  },
  {
    value: 'search',
    label: 'Search',
    text: 'Which values of the settings: drawn at random or as a grid, chosen on the validation split; the test split stays a fair judge.',
  },
]

export function kindLabel(kind: StudyKind): string {
  return KINDS.find((one) => one.value === kind)?.label ?? kind
}

export const BASELINES: readonly { readonly value: Baseline; readonly label: string; readonly text: string }[] = [
  {
    value: 'majority',
    label: 'Majority class',
    text: 'The most common class as the answer to everything. Takes no run.',
  },
  { value: 'from-scratch', label: 'From scratch', text: 'Fresh weights: shows whether transfer helps or hurts.' },
  { value: 'linear-probe', label: 'Linear probe', text: 'Everything frozen, a new head on its features.' },
  { value: 'source-only', label: 'Source only', text: 'Domain adaptation without the adapting part.' },
]

const STATUS: Readonly<Record<StudyStatus, string>> = {
  queued: 'Waiting',
  running: 'Running',
  paused: 'Paused',
  finished: 'Finished',
  cancelled: 'Cancelled',
}

export function statusLabel(status: StudyStatus): string {
  return STATUS[status]
}

/** "5 of 12 runs", with what failed. */
export function runsText({ runs }: Pick<Study, 'runs'>): string {
  const failed = runs.failed === 0 ? '' : `, ${runs.failed} failed`
  return `${runs.finished} of ${plural(runs.total, 'run')}${failed}`
}

export function valueText(metric: string, value: number | null): string {
  if (value === null) return '–'
  return isShare(metric) ? formatPercent(value, 1) : formatNumber(value)
}

/** Half the width of an interval: "± 0.8" in points, or in the measure's own unit. */
export function halfText(metric: string, half: number | null): string {
  if (half === null) return ''
  return `± ${isShare(metric) ? (100 * half).toFixed(1) : formatNumber(half, 2)}`
}

/** "−3.1 ± 0.8 points", with the sign of better (+) or worse (−). */
export function differenceText(metric: string, { difference, half }: ArmComparison): string {
  const size = isShare(metric) ? (100 * Math.abs(difference)).toFixed(1) : formatNumber(Math.abs(difference), 3)
  const sign = Number(size) === 0 ? '' : difference < 0 ? '−' : '+'
  const spread = half === null ? '' : ` ${halfText(metric, half)}`
  return `${sign}${size}${spread}${isShare(metric) ? ' points' : ''}`
}

/** "p .003", "p < .001". */
export function pText(p: number | null): string {
  if (p === null) return ''
  return p < 0.001 ? 'p < .001' : `p ${p.toFixed(3).replace(/^0/, '')}`
}

/** In what an arm's frozen part computes, where arms differ in that; null: they do not. */
export function armPrecision({ spec, plan }: Pick<StudyDetail, 'spec' | 'plan'>, arm: number): PrefixPrecision | null {
  const all = plan.map(({ patch }) => (patch['prefixPrecision'] ?? spec.base.prefixPrecision) as PrefixPrecision)
  return new Set(all).size > 1 ? (all[arm] ?? null) : null
}
