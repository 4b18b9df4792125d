import type { targetAffinity } from './affinity/task-affinity.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { Task } from './transfer-tasks.ts'
import type { Measured, Readout } from './transfers.ts'

export interface ChosenTasks {
  readonly sources: readonly Task[]
  readonly targets: readonly Task[]
  readonly main: Task
}

/** One row of the affinity matrix: a source task, or a baseline. */
export interface TransferRow {
  readonly name: string
  readonly key: string
  /** null: a baseline. */
  readonly source: Task | null
  readonly encoder: Learner | null
  /** By place of the target. */
  readonly readouts: ReadonlyMap<number, Readout>
}

/** What is known of each target, by its place. */
export type Affinities = ReadonlyMap<number, ReturnType<typeof targetAffinity> & { readonly full: Measured | null }>
