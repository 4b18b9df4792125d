import type { Run } from '@contract/runs.ts'
import type { RunProgress } from '../../stores/runs.ts'
import type { RunWork } from '../../stores/run-work.ts'
import { formatDuration, formatInteger } from '../../ui/format.ts'

/** Of the work, 0..1; null while its end is not known. */
export function workShare({ done, total }: Pick<RunWork, 'done' | 'total'>): number | null {
  return total === null || total <= 0 ? null : Math.min(1, done / total)
}

/** "Computing features: 120 of 240 · 3 s left" */
export function workWords({ message, done, total, secondsLeft }: Omit<RunWork, 'runId'>): string {
  const amount = total === null ? formatInteger(done) : `${formatInteger(done)} of ${formatInteger(total)}`
  const left = secondsLeft === null ? '' : ` · ${formatDuration(secondsLeft)} left`
  return `${message}: ${amount}${left}`
}

/** What a run's bar shows, 0..1: the work between its steps, else how far it has trained. */
export function runShare(
  run: Pick<Run, 'progress'>,
  progress: RunProgress | null,
  work: RunWork | null,
): number | null {
  return work === null ? (progress?.progress ?? run.progress) : workShare(work)
}
