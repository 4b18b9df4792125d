import type { Run } from '@contract/runs.ts'
import { plural } from '../../ui/format.ts'

export interface LeaveQuestion {
  readonly title: string
  readonly text: string
  readonly confirm: string
}

/** What is asked before the open workspace makes way; null: nothing is under way in it. */
export function leaveQuestion(
  runs: readonly Pick<Run, 'name' | 'status' | 'epochs' | 'epochsDone'>[],
  jobs: readonly { readonly title: string }[],
): LeaveQuestion | null {
  const training = runs.find(({ status }) => status === 'running')
  const queued = runs.filter(({ status }) => status === 'queued').length
  const dropped = jobs.length === 0 ? [] : [`Not done yet, and dropped: ${jobs.map(({ title }) => title).join(', ')}.`]
  if (training === undefined) {
    if (jobs.length === 0) return null
    return { title: 'Something is not done yet.', text: dropped.join(''), confirm: 'Leave this workspace' }
  }
  const done = `${training.epochsDone} of ${training.epochs} epochs are done.`
  const saved = `${done} Leaving this workspace pauses it with a checkpoint: Resume goes on from there, and nothing is lost.`
  const waiting =
    queued === 0 ? [] : [`In the queue: ${plural(queued, 'run')}, trained when this workspace is opened again.`]
  return {
    title: `“${training.name}” is training.`,
    text: [saved, ...waiting, ...dropped].join(' '),
    confirm: 'Pause and leave',
  }
}
