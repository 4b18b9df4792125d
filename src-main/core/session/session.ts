import type { FailureBook } from '../background/failure-book.ts'
import type { JobBoard } from '../background/job-board.ts'
import type { Labelling } from './labelling.ts'
import type { Workspace } from './workspace.ts'

/** An open workspace with what runs in it. */
export interface Session extends Workspace {
  readonly jobs: JobBoard
  readonly failures: FailureBook
  readonly scheduler: Scheduler
  readonly labelling: Labelling
  /** Ends what runs (trainings leave a checkpoint) and frees the folder. */
  close(): Promise<void>
}

/** What a training can be asked for. */
export type Control = 'pause' | 'stop' | 'cancel'

/** Runs the queue: one training at a time, in its own process. The queue itself, and what each run waits for, stand in the store. */
export interface Scheduler {
  /** Looks whether something can start. */
  wake(): void
  /** Asks the running training; false: the run is not being trained. */
  control(runId: string, action: Control): boolean
  /** Resolves when the run no longer has a process. */
  ended(runId: string): Promise<void>
  /** Lets the running training write a checkpoint, and ends it. */
  close(): Promise<void>
}
