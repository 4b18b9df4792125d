import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Study, studies } from '../../contract/studies.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { planStudy } from './plan-study.ts'
import { startStudy } from './start-study.ts'
import { isMeasured } from './study-progress.ts'
import { watchStudyClock } from './study-clock.ts'
import { writeReport } from './report/write-report.ts'
import { studyDetail, studySummary } from './study-view.ts'
import { type RunRow, updateRun } from '../store/runs-repo.ts'
import {
  deleteStudy,
  findStudy,
  listStudies,
  studyOfRun,
  type StudyRow,
  studyRuns,
  updateStudy,
} from '../store/studies-repo.ts'
import { resumeRuns, runQueue, stopRuns } from '../runs/queue-calls.ts'

const LIVE: readonly RunRow['status'][] = ['queued', 'running']
const RESUMABLE: readonly RunRow['status'][] = ['queued', 'paused', 'interrupted', 'failed', 'stopped']

export function studiesService(app: App): Handlers<typeof studies> {
  const queue = runQueue(app)
  notifyOfRuns(app)
  watchStudyClock(app)
  const change = async (
    studyId: string,
    work: (session: Session, row: StudyRow) => void | Promise<void>,
  ): Promise<Study> => {
    const session = requireSession(app)
    await work(session, requireStudy(session, studyId))
    return notifyStudy(app, session, studyId)
  }
  return {
    plan: async ({ study }) => (await planStudy(app, requireSession(app), study)).plan,
    async start({ study }) {
      const { studyId } = await startStudy(app, study)
      notifyStudy(app, requireSession(app), studyId)
      return { studyId }
    },
    list() {
      const session = requireSession(app)
      return listStudies(session.db).map((row) => studySummary(session, row))
    },
    get({ studyId, metric }) {
      const session = requireSession(app)
      return studyDetail(session, requireStudy(session, studyId), metric)
    },
    cancel: ({ studyId }) =>
      change(studyId, async (session, row) => {
        updateStudy(session.db, row.key, { cancelledAt: nowText(app) })
        const runs = studyRuns(session.db, row.key).filter((run) => LIVE.includes(run.status))
        await stopRuns(app, session, runs)
      }),
    resume: ({ studyId }) =>
      change(studyId, async (session, row) => {
        updateStudy(session.db, row.key, { cancelledAt: null })
        const runs = studyRuns(session.db, row.key)
        await resumeRuns(
          app,
          session,
          runs.filter((run) => RESUMABLE.includes(run.status) && !isMeasured(row, run)),
        )
      }),
    rename: ({ studyId, name }) => change(studyId, (session, row) => updateStudy(session.db, row.key, { name })),
    async remove({ studyId, withRuns }, context) {
      const session = requireSession(app)
      const row = requireStudy(session, studyId)
      const runs = studyRuns(session.db, row.key)
      // None of them shall start while the one that trains is being ended.
      if (withRuns) {
        session.db.transaction(() => {
          for (const run of runs) updateRun(session.db, run.key, { queue: null })
        })
      }
      if (withRuns && runs.length > 0) await queue.remove({ runIds: runs.map((run) => run.id) }, context)
      deleteStudy(session.db, row.key)
      app.events.emit('studies.changed', { studyId, study: null })
      return {}
    },
    report({ studyId, ...input }) {
      const session = requireSession(app)
      return writeReport(app, session, input, studyId === undefined ? null : requireStudy(session, studyId))
    },
  }
}

function requireStudy(session: Session, id: string): StudyRow {
  const row = findStudy(session.db, id)
  if (row !== null) return row
  throw new GraftError('E_NOT_FOUND', `Expected the id of a study of the workspace. Received: ${id}.`, {
    fix: 'Choose one of the studies of the workspace.',
  })
}

function notifyStudy(app: App, session: Session, studyId: string): Study {
  const study = studySummary(session, requireStudy(session, studyId))
  app.events.emit('studies.changed', { studyId, study })
  return study
}

/** Runs change many times a second; the study's results are worked out this often at most. */
const TELL_MS = 100

/** A study changes with its runs. A run that was removed is in no study any more, so all of them are told. */
function notifyOfRuns(app: App): void {
  const waiting = new Set<string>()
  const flush = (): void => {
    const { session } = app
    const ids = [...waiting]
    waiting.clear()
    if (session !== null) for (const id of ids) if (findStudy(session.db, id) !== null) notifyStudy(app, session, id)
  }
  app.events.subscribe((name, payload) => {
    const { session } = app
    if (name !== 'runs.changed' || session === null) return
    const { runId, run } = payload as { runId: string; run: unknown }
    const own = run === null ? null : studyOfRun(session.db, runId)
    const ids = run === null ? listStudies(session.db).map((row) => row.id) : own === null ? [] : [own]
    if (ids.length > 0 && waiting.size === 0) setTimeout(flush, TELL_MS)
    for (const id of ids) waiting.add(id)
  })
}
