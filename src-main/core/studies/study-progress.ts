import type { Study } from '../../contract/studies.ts'
import type { StudyRow, StudyRunRow } from '../store/studies-repo.ts'

type Progress = Pick<Study, 'status' | 'runs' | 'progress' | 'secondsLeft'>

const ENDED: readonly string[] = ['finished', 'stopped', 'failed']

/** Its value counts: it had the whole budget. One that was stopped by hand had less than the others. */
export function isMeasured(row: StudyRow, run: StudyRunRow): boolean {
  const { budget } = row.spec
  if (run.status === 'finished') return true
  return run.status === 'stopped' && budget.kind === 'seconds' && run.seconds >= budget.seconds
}

/** How far a study is, from the states of its runs. */
export function studyProgress(row: StudyRow, runs: readonly StudyRunRow[]): Progress {
  const count = (...statuses: string[]): number => runs.filter((run) => statuses.includes(run.status)).length
  const ended = count(...ENDED)
  const shares = runs.map((run) => (ENDED.includes(run.status) ? 1 : run.progress))
  return {
    status: statusOf(row, { left: runs.length - ended, running: count('running'), queued: count('queued') }),
    runs: {
      total: runs.length,
      finished: runs.filter((run) => isMeasured(row, run)).length,
      failed: count('failed'),
      running: count('running'),
      queued: count('queued'),
    },
    progress: runs.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / runs.length,
    secondsLeft: secondsLeft(row, runs),
  }
}

function statusOf(row: StudyRow, runs: { left: number; running: number; queued: number }): Study['status'] {
  if (runs.running > 0) return 'running'
  if (row.cancelledAt !== null && runs.queued === 0) return 'cancelled'
  if (runs.left === 0) return 'finished'
  return runs.queued > 0 ? 'queued' : 'paused'
}

/** From what the same arm took so far, else from the plan's estimate; null: neither is known. */
function secondsLeft(row: StudyRow, runs: readonly StudyRunRow[]): number | null {
  let total = 0
  for (const run of runs.filter((one) => !ENDED.includes(one.status))) {
    const known = runs.filter((one) => one.arm === run.arm && one.labels === run.labels && ENDED.includes(one.status))
    const took = known.filter((one) => one.seconds > 0).map((one) => one.seconds)
    const each =
      took.length > 0
        ? took.reduce((sum, seconds) => sum + seconds, 0) / took.length
        : (row.arms[run.arm]?.seconds ?? null)
    if (each === null) return null
    total += each * (1 - run.progress)
  }
  return total
}
