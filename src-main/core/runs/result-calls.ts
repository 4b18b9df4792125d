import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { RunDetail, runs } from '../../contract/runs.ts'
import { canExtend } from '../../learning/catalog.ts'
import { type App, requireSession } from '../session/app.ts'
import { requireRun } from '../planning/require-model.ts'
import type { Session } from '../session/session.ts'
import { listExhibits } from '../store/exhibits-repo.ts'
import { listSeries } from '../store/points-repo.ts'
import { listPredictions } from '../store/predictions-repo.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { listEpochs, readLog } from '../store/run-records-repo.ts'
import { type RunRow, toRun } from '../store/runs-repo.ts'
import { readModelFiles } from '../planning/read-model-files.ts'
import { confusionOf } from './confusion.ts'
import { tagResults } from './tag-results.ts'
import { readSeries } from './series.ts'

type Reads = 'get' | 'series' | 'confusion' | 'tags' | 'predictions' | 'log' | 'exhibits'

export function runResults(app: App): Pick<Handlers<typeof runs>, Reads> {
  const find = (runId: string): { session: Session; run: RunRow } => {
    const session = requireSession(app)
    return { session, run: requireRun(session, runId) }
  }
  return {
    get({ runId }) {
      const { session, run } = find(runId)
      return runDetail(session, run)
    },
    series: ({ runIds, metrics, maxPoints }) =>
      runIds.flatMap((runId) => {
        const { session, run } = find(runId)
        return readSeries(session.db, run, metrics, maxPoints)
      }),
    confusion({ runId, split, head }) {
      const { session, run } = find(runId)
      const chosen = requireHead(session, run, head, 'classification')
      const counts = confusionOf(session.db, run.key, split, chosen)
      return { head: chosen.name, classes: chosen.classes, counts }
    },
    tags({ runId, split, head }) {
      const { session, run } = find(runId)
      const chosen = requireHead(session, run, head, 'tags')
      const thresholds = thresholdsOf(session, run, chosen.name)
      return { head: chosen.name, ...tagResults(session.db, run.key, split, { ...chosen, thresholds }) }
    },
    predictions({ runId, head, ...query }) {
      const { session, run } = find(runId)
      const { name } = requireHead(session, run, head, null)
      return listPredictions(session.db, run.key, { ...query, head: name })
    },
    log({ runId, after }) {
      const { session, run } = find(runId)
      return readLog(session.db, run.key, after)
    },
    exhibits({ runId, ids }) {
      const { session, run } = find(runId)
      return listExhibits(session.db, run.key, ids)
    },
  }
}

/** As they stand beside the trained network; none before there is one. */
function thresholdsOf({ paths }: Session, run: RunRow, head: string): readonly number[] {
  const folder = join(paths.run(run.id), 'model')
  if (!existsSync(join(folder, 'heads.json'))) return []
  return readModelFiles(folder).heads.find(({ name }) => name === head)?.thresholds ?? []
}

export function runDetail(session: Session, row: RunRow): RunDetail {
  const { db } = session
  const { spec, plan, heads, environment, weightChange, cache } = readDetails(db, row.key)
  const epochs = listEpochs(db, row.key)
  return {
    ...toRun(db, row),
    spec,
    canExtend: canExtend(spec.strategy),
    plan,
    heads,
    environment,
    weightChange,
    epochSeconds: epochs.map(({ seconds }) => seconds),
    epochFigures: epochs.map(({ samplesPerSecond, waitShare }) => ({ samplesPerSecond, waitShare })),
    engine: epochs.at(-1)?.engine ?? null,
    cache,
    series: listSeries(db, row.key).map((series) => series.name),
  }
}

function requireHead(
  session: Session,
  run: RunRow,
  name: string | undefined,
  type: 'classification' | 'tags' | null,
): RunDetail['heads'][number] {
  const heads = readDetails(session.db, run.key).heads.filter((head) => type === null || head.type === type)
  const found = name === undefined ? heads[0] : heads.find((head) => head.name === name)
  if (found !== undefined) return found
  const available = heads.map((head) => head.name).join(', ') || 'none'
  throw new GraftError(
    'E_NOT_FOUND',
    `Expected a ${type === null ? '' : `${type} `}head of the run. Received: ${name ?? 'none named'}. Available: ${available}.`,
    { fix: 'Choose one of them.' },
  )
}
