import { GraftError } from '../../contract/errors.ts'

/** What a job ends with when its user has cancelled it. */
export function cancelled(): GraftError {
  return new GraftError('E_CANCELLED', 'The job was cancelled; nothing of it was kept.')
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled()
}
