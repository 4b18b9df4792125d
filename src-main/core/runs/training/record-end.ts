import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { lostText } from '../../../base/lost-text.ts'
import type { TrainerExit } from '../../../base/ports.ts'
import type { ChildMessage } from '../../../contract/trainer.ts'
import type { Outcome } from '../../background/child-job.ts'
import type { Workspace } from '../../session/workspace.ts'
import { appendLog } from '../../store/run-records-repo.ts'
import { updateDetails } from '../../store/run-details-repo.ts'
import { findRun, type NewRunRow, queueEnd, type RunRow, updateRun } from '../../store/runs-repo.ts'

const PIECE_BYTES = 1 << 20

export interface RunEnd {
  readonly outcome: Outcome | null
  readonly failure: Extract<ChildMessage, { type: 'failed' }> | null
  readonly exit: TrainerExit
  /** Why Graft itself ended the process; null: it did not. */
  readonly killedBecause: string | null
  /** Said to a run that pauses because the workspace closes. */
  readonly pauseReason: string | null
  /** Of the trained weights; null: the run has no model on disk. */
  readonly modelSha256: string | null
  readonly at: string
}

/** Records how a training ended. */
export function finishRun(workspace: Workspace, run: RunRow, end: RunEnd): void {
  const { db } = workspace
  const changes = isStillToStop(workspace, run, end)
    ? ({ status: 'queued', reason: null, queue: queueEnd(db, 'front') } as const)
    : { ...resultOf(end), queue: null, intent: null }
  db.transaction(() => {
    updateRun(db, run.key, changes)
    if (end.modelSha256 !== null) updateDetails(db, run.key, { modelSha256: end.modelSha256 })
    if (changes.reason) {
      const level = changes.status === 'paused' ? 'info' : 'error'
      appendLog(db, run.key, { at: end.at, level, text: changes.reason })
    }
    if (end.failure?.stack !== undefined)
      appendLog(db, run.key, { at: end.at, level: 'error', text: end.failure.stack })
  })
}

/** Graft was closed between a stop and the training's next step: it stops once Graft is open again. */
function isStillToStop({ db }: Workspace, run: RunRow, end: RunEnd): boolean {
  return end.outcome === 'paused' && end.pauseReason !== null && findRun(db, run.id)?.intent === 'stop'
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

/** SHA-256 of the trained weights; null: the run has no model on disk. Read in pieces: weights have hundreds of megabytes. */
export async function modelHash(runFolder: string): Promise<string | null> {
  const file = join(runFolder, 'model', 'weights.safetensors')
  if (!existsSync(file)) return null
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES })) hash.update(piece as Buffer)
  return hash.digest('hex')
}
