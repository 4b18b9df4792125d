import type { Events } from '../../contract/index.ts'
import type { Run } from '../../contract/runs.ts'
import type { Job } from '../../contract/workspace.ts'
import type { Workbench } from '../../core/workbench.ts'
import { dispatch } from './dispatch.ts'
import type { Question } from './message-box.ts'

/** What goes on in the open workspace. */
export interface WorkInProgress {
  /** The training that runs. At most one does; the others of the queue wait for it. */
  readonly training: Pick<Run, 'name' | 'epochs' | 'epochsDone'> | null
  readonly queued: number
  /** Titles of imports, exports, predictions, analyses. */
  readonly jobs: readonly string[]
}

/** What would be paused or dropped if the workspace were closed now; null: nothing. */
export async function workInProgress(workbench: Workbench): Promise<WorkInProgress | null> {
  const [runs, jobs] = await Promise.all([
    dispatch<{ runs: Run[] }>(workbench, 'runs.list', { filter: { status: ['running', 'queued'] } }),
    dispatch<Job[]>(workbench, 'jobs.list', {}),
  ])
  // Without an open workspace there is nothing to list.
  const listed = runs.ok ? runs.value.runs : []
  const titles = (jobs.ok ? jobs.value : []).filter(({ status }) => status === 'running').map(({ title }) => title)
  const training = listed.find(({ status }) => status === 'running') ?? null
  if (training === null && titles.length === 0) return null
  return { training, queued: listed.filter(({ status }) => status === 'queued').length, jobs: titles }
}

/** Whether a training runs, for those who cannot wait for an answer. */
export function watchTraining(workbench: Workbench): () => boolean {
  const running = new Set<string>()
  workbench.subscribe((name, payload) => {
    if (name === 'workspace.changed') running.clear()
    if (name !== 'runs.changed') return
    const { runId, run } = payload as Events['runs.changed']
    if (run?.status === 'running') running.add(runId)
    else running.delete(runId)
  })
  return () => running.size > 0
}

/** The question before the workspace is closed. `action`: what the user is about to do, such as "quit". */
export function closeQuestion({ training, queued, jobs }: WorkInProgress, action: string): Question {
  const dropped = jobs.length === 0 ? [] : [`Not done yet, and dropped: ${jobs.join(', ')}.`]
  if (training === null) {
    const buttons = [`${capital(action)}`, 'Go on working'] as const
    return { type: 'question', message: 'Something is not done yet.', detail: dropped.join(''), buttons }
  }
  const saved = `${training.epochsDone} of ${training.epochs} epochs are done. Pausing writes a checkpoint first: Resume goes on from there, and nothing is lost.`
  return {
    type: 'question',
    message: `“${training.name}” is training.`,
    detail: [saved, ...waiting(queued), ...dropped].join('\n\n'),
    buttons: [`Pause and ${action}`, 'Keep training'],
  }
}

function waiting(queued: number): string[] {
  if (queued === 0) return []
  const runs = queued === 1 ? 'One more run waits' : `${queued} more runs wait`
  return [`${runs} in the queue, and will be trained when this workspace is opened again.`]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
