import type { LabelQuestion } from '../contract/label-questions.ts'
import type { ChildMessage, ParentMessage, ProgramAnswer, ProgramJob, VerifyJob } from '../contract/trainer.ts'

/** What the parent asked for: pause and stop end at the next step with a checkpoint, cancel drops everything. */
export type ControlAction = Extract<ParentMessage, { type: 'control' }>['action']

/** How a job ended; without one it has finished. */
export type JobOutcome = Extract<ChildMessage, { type: 'done' }>['outcome']

export interface JobControl {
  /** The newest request, or null. `cancel` is never overwritten. */
  readonly requested: ControlAction | null
  /** Tells of each request (also of one made before); returns its remover. */
  subscribe(listener: (action: ControlAction) => void): () => void
}

/** What a label job is asked, in the order of asking. */
export interface Questions {
  /** One listener, which also hears what was asked before it came. */
  listen(listener: (id: number, question: LabelQuestion) => void): void
}

/** What every job of the trainer process gets beside its description. */
export interface JobContext {
  /** Resolves once the message has left this process; never rejects. Await it now and then to keep a queue short. */
  send(message: ChildMessage): Promise<void>
  /** Aborted on `cancel` only. */
  readonly signal: AbortSignal
  readonly control: JobControl
  readonly questions: Questions
  /** Resolves once the parent has recorded all that was sent so far: only then may something on disk rely on it. */
  recorded(): Promise<void>
  /** Runs the job in another process, through the parent; outputs are [head][sample][value]. Rejects with why it failed. */
  verify(job: VerifyJob): Promise<number[][][]>
  /** The same for the program beside an export; says why where it was not run. */
  runProgram(job: ProgramJob): Promise<ProgramAnswer>
}

/** A job: ends with its outcome. The entry sends `done` (or, when it throws, `failed`), never the job itself. */
export type RunJob<Job> = (job: Job, context: JobContext) => Promise<JobOutcome | void>
