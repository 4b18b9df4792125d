import type { Run, RunStatus } from '@contract/runs.ts'
import { CircleCheck, CircleSlash, CircleX, Clock, LoaderCircle, Pause, Unplug } from '@lucide/vue'
import type { Component } from 'vue'

export interface StatusLook {
  readonly word: string
  readonly icon: Component
  readonly tone: 'neutral' | 'action' | 'warn' | 'danger'
}

export const STATUS_LOOK: Readonly<Record<RunStatus, StatusLook>> = {
  queued: { word: 'Queued', icon: Clock, tone: 'neutral' },
  running: { word: 'Running', icon: LoaderCircle, tone: 'action' },
  paused: { word: 'Paused', icon: Pause, tone: 'warn' },
  interrupted: { word: 'Interrupted', icon: Unplug, tone: 'warn' },
  finished: { word: 'Finished', icon: CircleCheck, tone: 'action' },
  stopped: { word: 'Stopped', icon: CircleSlash, tone: 'neutral' },
  failed: { word: 'Failed', icon: CircleX, tone: 'danger' },
}

export type RunAction = 'pause' | 'resume' | 'stop' | 'extend' | 'remove'

const ACTIONS: Readonly<Record<RunStatus, readonly RunAction[]>> = {
  queued: ['remove'],
  running: ['pause', 'stop'],
  paused: ['resume', 'stop', 'remove'],
  interrupted: ['resume', 'stop', 'remove'],
  finished: ['extend', 'remove'],
  stopped: ['extend', 'remove'],
  failed: ['resume', 'remove'],
}

/** What can be done with a run in this state. */
export function actionsOf(status: RunStatus): readonly RunAction[] {
  return ACTIONS[status]
}

/** Whether the run has weights that can be tried and exported. */
export function hasModel(run: Pick<Run, 'status' | 'epochsDone'>): boolean {
  return run.status === 'finished' || (run.status === 'stopped' && run.epochsDone > 0)
}

/** Resuming repeats it: the learning rate has to change. */
export function hasDiverged(run: Pick<Run, 'status' | 'reason'>): boolean {
  return run.status === 'failed' && /E_RUN_DIVERGED|diverged|\bNaN\b/i.test(run.reason ?? '')
}

/** "3 of 10 epochs"; a strategy of several stages may train the spec's epochs in each of them. */
export function epochWords({ epochsDone, epochs }: Pick<Run, 'epochsDone' | 'epochs'>): string {
  return epochsDone > epochs ? `${epochsDone} epochs in all stages` : `${epochsDone} of ${epochs} epochs`
}

/** What to do about a run that did not end by itself; null when nothing is wrong. */
export function advice(run: Pick<Run, 'status' | 'epochsDone' | 'reason'>): string | null {
  const kept =
    run.epochsDone > 0
      ? `${run.epochsDone === 1 ? 'One epoch is' : `${run.epochsDone} epochs are`} kept. `
      : 'No epoch was finished yet. '
  switch (run.status) {
    case 'interrupted':
      return `${kept}Resume goes on from the last checkpoint.`
    case 'paused':
      return `${kept}Resume goes on exactly where it paused.`
    case 'failed':
      return hasDiverged(run)
        ? 'Open it in the bench, set a learning rate ten times smaller, and train again.'
        : `${kept}Read the log below, mend what it names, then resume, or open the run in the bench and change it.`
    default:
      return null
  }
}
