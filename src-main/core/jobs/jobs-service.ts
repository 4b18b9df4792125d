import type { Handlers } from '../../contract/define.ts'
import type { jobs } from '../../contract/workspace.ts'
import { type App, requireSession } from '../session/app.ts'

export function jobsService(app: App): Handlers<typeof jobs> {
  return {
    list: () => app.session?.jobs.list() ?? [],
    get: ({ jobId }) => requireSession(app).jobs.get(jobId),
    cancel: ({ jobId }) => requireSession(app).jobs.cancel(jobId),
    retry: ({ jobId }) => requireSession(app).jobs.retry(jobId),
  }
}
