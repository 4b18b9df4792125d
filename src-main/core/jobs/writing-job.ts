import type { ChildMessage, TrainerJob } from '../../contract/trainer.ts'
import { withUnfinished } from '../files/unfinished.ts'
import type { App } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { runChildJob } from '../background/child-job.ts'
import type { JobHandle } from '../background/job-board.ts'

interface Writing {
  readonly job: TrainerJob
  /** The file or folder that it writes. */
  readonly path: string
  readonly handle: JobHandle
  onMessage?(message: ChildMessage): void
}

/** Runs a job that writes a file or folder, and tells its progress. What it leaves there unfinished goes, also when Graft was killed. */
export function runWritingJob(app: App, session: Session, { job, path, handle, onMessage }: Writing): Promise<void> {
  return withUnfinished(session.paths.unfinished, path, () =>
    runChildJob({
      trainer: app.ports.trainer,
      signal: handle.signal,
      job,
      onMessage(message) {
        if (message.type === 'progress') handle.progress(message.done, message.total, message.message)
        onMessage?.(message)
      },
    }),
  )
}
