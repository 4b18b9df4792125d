import type { Run } from '@contract/runs.ts'
import { betterSign, compareMetrics, isShare } from '../runs/metric-name.ts'
import { formatNumber } from '../../ui/format.ts'

export interface MetricCell {
  readonly runId: string
  /** Of the saved model: what is compared. */
  readonly kept: number | null
  readonly best: number | null
  readonly last: number | null
  readonly bestEpoch: number | null
  /** Best value minus the baseline's; null for the baseline itself and where one is missing. */
  readonly difference: number | null
  /** 1 better than the baseline, -1 worse, 0 equal or unknown. */
  readonly sign: -1 | 0 | 1
  readonly isBest: boolean
  /** Length of its bar, 0..1, from 0 to the largest value. */
  readonly bar: number
}

export interface MetricTableRow {
  readonly metric: string
  readonly cells: readonly MetricCell[]
}

/** Metrics side by side, with differences to the baseline run. Runs in `apart` were measured on other data: they show
 *  their values, but neither win nor differ. */
export function metricTable(
  runs: readonly Run[],
  baselineId: string | null,
  apart: ReadonlyMap<string, string> | ReadonlySet<string> = new Set(),
): MetricTableRow[] {
  const names = new Set(runs.flatMap((run) => Object.keys(run.metrics)))
  const baseline = runs.find((run) => run.id === baselineId)
  return [...names]
    .sort(compareMetrics)
    .map((metric) => ({ metric, cells: cellsOf(metric, runs, { baseline, apart }) }))
}

interface Reference {
  readonly baseline: Run | undefined
  readonly apart: { has(id: string): boolean }
}

function cellsOf(metric: string, runs: readonly Run[], { baseline, apart }: Reference): MetricCell[] {
  const direction = betterSign(metric)
  const values = runs.map((run) => run.metrics[metric]?.kept ?? null)
  const measured = runs.filter((run) => Number.isFinite(run.metrics[metric]?.kept))
  const known = measured.map((run) => run.metrics[metric]?.kept ?? 0)
  const fair = known.filter((_, index) => !apart.has(measured[index]?.id ?? ''))
  const winner =
    fair.length > 1 && direction !== 0 ? direction * Math.max(...fair.map((value) => direction * value)) : null
  const largest = Math.max(0, ...known.map(Math.abs))
  const reference = baseline?.metrics[metric]?.kept
  return runs.map((run, index) => {
    const kept = values[index] ?? null
    const isApart = run.id === baseline?.id || apart.has(run.id)
    const difference = reference === undefined || kept === null || isApart ? null : kept - reference
    return {
      runId: run.id,
      kept,
      best: run.metrics[metric]?.best ?? null,
      last: run.metrics[metric]?.last ?? null,
      bestEpoch: run.metrics[metric]?.bestEpoch ?? null,
      difference,
      sign: signOf((difference ?? 0) * direction),
      isBest: winner !== null && kept === winner && !apart.has(run.id),
      bar: largest > 0 && kept !== null ? Math.abs(kept) / largest : 0,
    }
  })
}

/** "+2.4 points", "−0.031". */
export function formatDifference(metric: string, difference: number): string {
  const size = Math.abs(difference)
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±'
  return isShare(metric) ? `${sign}${(size * 100).toFixed(1)} points` : `${sign}${formatNumber(size, 3)}`
}

function signOf(value: number): -1 | 0 | 1 {
  return value > 0 ? 1 : value < 0 ? -1 : 0
}
