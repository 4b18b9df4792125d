import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lostText } from '../../base/lost-text.ts'
import type { TrainerExit } from '../../base/ports.ts'
import type { ChildMessage } from '../../contract/trainer.ts'
import type { Outcome } from '../child-job.ts'
import type { Session } from '../session.ts'
import { appendLog } from '../store/run-records-repo.ts'
import { updateDetails } from '../store/run-details-repo.ts'
import { type NewRunRow, type RunRow, updateRun } from '../store/runs-repo.ts'

export interface RunEnd {
  readonly outcome: Outcome | null
  readonly failure: Extract<ChildMessage, { type: 'failed' }> | null
  readonly exit: TrainerExit
  /** Why Graft itself ended the process; null: it did not. */
  readonly killedBecause: string | null
  /** Said to a run that pauses because the workspace closes. */
  readonly pauseReason: string | null
  readonly at: string
}

/** Records how a training ended. */
export function finishRun(session: Session, run: RunRow, end: RunEnd): void {
  const { db, paths } = session
  const changes = resultOf(end)
  const hash = modelHash(paths.run(run.id))
  db.transaction(() => {
    updateRun(db, run.key, { ...changes, queue: null })
    if (hash !== null) updateDetails(db, run.key, { modelSha256: hash })
    if (changes.reason) {
      const level = changes.status === 'paused' ? 'info' : 'error'
      appendLog(db, run.key, { at: end.at, level, text: changes.reason })
    }
    if (end.failure?.stack !== undefined)
      appendLog(db, run.key, { at: end.at, level: 'error', text: end.failure.stack })
  })
}

function resultOf(end: RunEnd): Partial<NewRunRow> {
  const ended = { finished_at: end.at, reason: null }
  if (end.failure !== null) {
    const { message, fix, code } = end.failure.error
    return { ...ended, status: 'failed', reason: `${message}${fix === undefined ? '' : ` ${fix}`} (${code})` }
  }
  switch (end.outcome) {
    case 'finished':
      return { ...ended, status: 'finished', progress: 1 }
    case 'stopped':
    case 'cancelled':
      return { ...ended, status: 'stopped' }
    case 'paused':
      return { status: 'paused', reason: end.pauseReason }
    default: {
      const closed =
        end.pauseReason === null ? null : 'Graft was closed before the training had written its checkpoint.'
      const why = end.killedBecause ?? closed ?? lostText(end.exit)
      return { status: 'interrupted', reason: `${why} Resume goes on from the last checkpoint.` }
    }
  }
}

/** SHA-256 of the trained weights; null: the run has no model on disk. */
export function modelHash(runFolder: string): string | null {
  const file = join(runFolder, 'model', 'weights.safetensors')
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null
}
