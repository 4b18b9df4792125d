import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { numberedPath } from '../../../base/numbered-path.ts'
import { GraftError } from '../../../contract/errors.ts'
import { slug } from '../../files/slug.ts'
import { requireRun } from '../../planning/require-model.ts'
import { type App, nowText } from '../../session/app.ts'
import type { Session } from '../../session/session.ts'
import type { StudyRow } from '../../store/studies-repo.ts'
import { runsReport } from './runs-report.ts'
import { studyReport } from './study-report.ts'

export interface ReportInput {
  readonly runIds?: readonly string[] | undefined
  readonly file?: string | undefined
}

/** Writes a report on a study, or on runs; nothing is written over. */
export function writeReport(
  app: App,
  session: Session,
  { runIds = [], file }: ReportInput,
  study: StudyRow | null,
): { reportId: string; path: string } {
  const rows = runIds.map((runId) => requireRun(session, runId))
  const [first] = rows
  if ((study === null) === (first === undefined)) {
    throw new GraftError('E_INPUT', 'Expected a study, or runs. Received: neither, or both.', {
      fix: 'Name one study, or one run or more.',
    })
  }
  const reportId = app.ports.random.id(10)
  const name = `${slug(study?.name ?? first?.name ?? '')}-report.html`
  const path = reportPath(app, session, name, file)
  const at = nowText(app)
  write(path, study === null ? runsReport(session, rows, at) : studyReport(session, study, at))
  app.reports.set(reportId, path)
  return { reportId, path }
}

/** A given folder takes a file of the usual name. */
function reportPath(app: App, session: Session, name: string, given: string | undefined): string {
  if (given === undefined) {
    mkdirSync(session.paths.exports, { recursive: true })
    return freePath(join(session.paths.exports, name))
  }
  const path = app.ports.sources.destination(given)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return freePath(join(path, name))
  if (existsSync(dirname(path))) return path
  throw new GraftError('E_INPUT', `Expected a file in an existing folder. Received: ${path}.`, {
    fix: 'Make the folder first, or choose another one.',
  })
}

/** The usual name, with a number where it is taken. */
function freePath(path: string): string {
  let free = path
  for (let number = 2; existsSync(free); number++) free = numberedPath(path, number)
  return free
}

function write(path: string, text: string): void {
  if (existsSync(path)) throw occupied(path)
  writeFileSync(path, text, { flag: 'wx' })
}

function occupied(path: string): GraftError {
  return new GraftError(
    'E_INPUT',
    `Expected the name of a new file for the report. Received: ${path}, which is there.`,
    {
      fix: 'Choose another name; nothing is overwritten.',
    },
  )
}
