import type { Failure } from '@contract/failures.ts'

/** "Import photos failed", "Training “birds, features” was interrupted". */
export function headline({ kind, title, state }: Pick<Failure, 'kind' | 'title' | 'state'>): string {
  const what = kind === 'train' ? `Training “${title}”` : title
  return `${what} ${state === 'failed' ? 'failed' : 'was interrupted'}`
}

/** What `Try again` does, in the words of the screen that it belongs to. */
export function retryWord({ kind }: Pick<Failure, 'kind'>): string {
  return kind === 'train' ? 'Resume' : 'Try again'
}

/** Why there is no button that tries it again; null: there is one, or the run's page says what to do. What a job was to do is known
 *  only while its workspace stays open. */
export function noRetryWords({ jobId, canRetry }: Pick<Failure, 'jobId' | 'canRetry'>): string | null {
  if (jobId === null || canRetry) return null
  return 'The workspace was closed since, so it cannot be tried again from here: start it anew.'
}

export interface FailurePlace {
  readonly label: string
  readonly to: string
}

/** Where to go on. */
export function placesOf({ kind, runId }: Pick<Failure, 'kind' | 'runId'>): FailurePlace[] {
  switch (kind) {
    case 'import':
    case 'export-dataset':
    case 'label':
      return [{ label: 'Show data', to: '/data' }]
    case 'import-model':
    case 'run-model':
    case 'measure-speed':
      return [{ label: 'Show models', to: '/models' }]
    case 'analyse':
    case 'measure-precision':
      return [{ label: 'Open bench', to: '/bench' }]
    case 'train':
      return [
        { label: 'Show run', to: `/runs/${runId}` },
        { label: 'Open log', to: `/runs/${runId}?tab=log` },
      ]
    default:
      return runId === null ? [] : [{ label: 'Show model', to: modelPlace(kind, runId) }]
  }
}

export function modelPlace(kind: 'export' | 'predict', runId: string): string {
  return `/models/${encodeURIComponent(`run:${runId}`)}?tab=${kind}`
}

/** "and one more", "and 3 more". */
export function moreWords(count: number): string {
  return count === 1 ? 'and one more' : `and ${count} more`
}
