import type { LabellingState } from '@contract/labelling.ts'
import type { Job } from '@contract/workspace.ts'

/** wanting: features are there, labels to learn from are not. paused: stopped here, and goes on where it was. */
export type Phase = 'unknown' | 'off' | 'preparing' | 'paused' | 'wanting' | 'ready' | 'failed'

/** How far suggesting is, from what the workbench says and the last preparation that this window knows of. */
export function phaseOf(state: LabellingState | null, job: Pick<Job, 'status'> | null): Phase {
  if (state === null) return 'unknown'
  if (state.status === 'ready') return state.head === null ? 'wanting' : 'ready'
  if (state.status === 'preparing') return 'preparing'
  if (job?.status === 'cancelled') return 'paused'
  if (state.status === 'failed' || job?.status === 'failed') return 'failed'
  return 'off'
}
