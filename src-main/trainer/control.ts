import { GraftError } from '../contract/errors.ts'
import type { ControlAction, JobControl } from './job-context.ts'

export interface OpenControl extends JobControl {
  readonly signal: AbortSignal
  request(action: ControlAction): void
}

/** Keeps what the parent asked for, and tells the job. */
export function createControl(): OpenControl {
  const abort = new AbortController()
  const listeners = new Set<(action: ControlAction) => void>()
  let requested: ControlAction | null = null
  return {
    signal: abort.signal,
    get requested() {
      return requested
    },
    request(action) {
      if (requested === 'cancel') return
      requested = action
      if (action === 'cancel') abort.abort(new GraftError('E_CANCELLED', 'The job was cancelled.'))
      for (const listener of [...listeners]) listener(action)
    },
    subscribe(listener) {
      listeners.add(listener)
      if (requested !== null) listener(requested)
      return () => listeners.delete(listener)
    },
  }
}
