import type { ResolvedPlan } from '@contract/models.ts'
import { formatCount, formatDuration, plural } from '../../ui/format.ts'

export interface PlanSummary {
  readonly total: string
  readonly trainable: string
  readonly share: string
  readonly fresh: string | null
  readonly time: string | null
  /** Why the time is what it is. */
  readonly basis: string
}

/** The header's words: "4.65 M params: 0.16 M trainable (3 %), 4 k fresh - about 40 s for 10 epochs". `epochs` null: to convergence. */
export function planSummary(plan: Pick<ResolvedPlan, 'parameters' | 'estimate'>, epochs: number | null): PlanSummary {
  const { total, trainable, fresh } = plan.parameters
  const seconds = plan.estimate?.seconds
  const goal = epochs === null ? 'to convergence' : `for ${plural(epochs, 'epoch')}`
  return {
    total: formatCount(total),
    trainable: formatCount(trainable),
    share: shareText(trainable, total),
    fresh: fresh > 0 ? formatCount(fresh) : null,
    time: seconds === undefined ? null : `about ${formatDuration(roughly(seconds))} ${goal}`,
    basis: plan.estimate?.basis ?? '',
  }
}

/** Whole percent, but never 0 % or 100 % for something in between. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '0 %'
  const percent = (100 * part) / whole
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent > 0 && percent < 1) return `${percent.toFixed(1)} %`
  return percent > 99 && percent < 100 ? '> 99 %' : `${Math.round(percent)} %`
}

/** An estimate has one or two digits: 43 s -> 45 s, 3 min 22 s -> 3 min 20 s. */
function roughly(seconds: number): number {
  if (seconds < 10) return Math.max(1, Math.round(seconds))
  const unit = seconds < 60 ? 5 : seconds < 600 ? 10 : 60
  return Math.round(seconds / unit) * unit
}
