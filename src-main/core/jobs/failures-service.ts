import type { Handlers } from '../../contract/define.ts'
import type { Failure, failures } from '../../contract/failures.ts'
import type { Run } from '../../contract/runs.ts'
import { type App, requireSession } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { dismissRuns, type FailedRun, listFailedRuns } from '../store/failures-repo.ts'

const LISTED = 100
const JOB = 'job:'
const RUN = 'run:'
/** How the reason of a failed run ends. */
const CODE = /\((E_[A-Z_]+)\)$/

export function failuresService(app: App): Handlers<typeof failures> {
  notifyOfRuns(app)
  return {
    list: () => (app.session === null ? { total: 0, failures: [] } : listFailures(app.session)),
    dismiss({ ids }) {
      const session = requireSession(app)
      const gone = ids === null ? null : new Set(ids)
      session.failures.drop(({ jobId }) => gone === null || gone.has(JOB + jobId))
      dismissRuns(session.db, ids === null ? null : ids.filter((id) => id.startsWith(RUN)).map((id) => id.slice(4)))
      app.events.emit('failures.changed', {})
      return {}
    },
  }
}

function listFailures(session: Session): { total: number; failures: Failure[] } {
  const jobs = session.failures.list()
  const { total, runs } = listFailedRuns(session.db, LISTED)
  const all = [...jobs.map((failure) => ofJob(session, failure)), ...runs.map(ofRun)]
  all.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  return { total: jobs.length + total, failures: all.slice(0, LISTED) }
}

function ofJob(session: Session, failure: ReturnType<Session['failures']['list']>[number]): Failure {
  return { ...failure, id: JOB + failure.jobId, canRetry: session.jobs.canRetry(failure.jobId) }
}

function ofRun({ id, name, status, reason, at }: FailedRun): Failure {
  const said = reason ?? 'No reason was recorded.'
  const code = CODE.exec(said)?.[1] ?? null
  return {
    id: RUN + id,
    kind: 'train',
    title: name,
    at,
    state: status,
    error: { code, message: said.replace(CODE, '').trimEnd(), fix: null },
    jobId: null,
    runId: id,
    // A run that has diverged would only do so again.
    canRetry: code !== 'E_RUN_DIVERGED',
  }
}

/** Runs that fail, and those that go on or are removed: whoever shows failures looks again. */
function notifyOfRuns(app: App): void {
  app.events.subscribe((name, payload) => {
    if (name !== 'runs.changed') return
    const { run } = payload as { run: Run | null }
    if (run === null || ['failed', 'interrupted', 'queued', 'stopped'].includes(run.status)) {
      app.events.emit('failures.changed', {})
    }
  })
}
