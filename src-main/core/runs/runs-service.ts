import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { runs } from '../../contract/runs.ts'
import { type App, requireSession } from '../session/app.ts'
import { planSpec } from '../planning/plan-spec.ts'
import { prepareSpec } from '../planning/prepare-spec.ts'
import { requireRun } from '../planning/require-model.ts'
import { listRuns, SORT_FIELDS } from '../store/list-runs.ts'
import { type NewRunRow, updateRun } from '../store/runs-repo.ts'
import { runQueue } from './queue-calls.ts'
import { reviewRun } from './review-run.ts'
import { runResults } from './result-calls.ts'
import { startRun } from './start-run.ts'
import { notifyRun } from './notify-run.ts'

export function runsService(app: App): Handlers<typeof runs> {
  return {
    ...runQueue(app),
    ...runResults(app),
    review: ({ runId, exhibitId, kept }) => reviewRun(requireSession(app), { runId, exhibitId, kept }),
    async preflight({ spec }) {
      const session = requireSession(app)
      await prepareSpec(session, spec)
      const { dataset, plan } = planSpec(app, session, spec)
      return { plan: dataset === null ? null : plan, problems: plan.problems }
    },
    start: ({ spec }) => startRun(app, spec),
    list(query) {
      const found = listRuns(requireSession(app).db, query)
      if (found !== null) return found
      throw new GraftError(
        'E_INPUT',
        `Expected \`sort\` to be a field of a run or \`metrics.<name>\`. Received: ${query.sort}. Available: ${SORT_FIELDS.join(', ')}.`,
        { fix: 'Choose one of them.' },
      )
    },
    annotate({ runId, name, starred, tags, notes, colour }) {
      const session = requireSession(app)
      const run = requireRun(session, runId)
      const changes: Partial<NewRunRow> = {
        ...(name === undefined ? {} : { name }),
        ...(starred === undefined ? {} : { starred: starred ? 1 : 0 }),
        ...(tags === undefined ? {} : { tags: JSON.stringify([...new Set(tags)]) }),
        ...(notes === undefined ? {} : { notes }),
        ...(colour === undefined ? {} : { colour }),
      }
      updateRun(session.db, run.key, changes)
      return notifyRun(app, session, runId)
    },
  }
}
