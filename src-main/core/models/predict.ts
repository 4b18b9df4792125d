import { existsSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { ImagePrediction } from '../../contract/models.ts'
import type { PredictJob } from '../../contract/trainer.ts'
import type { Sources } from '../../contract/workspace.ts'
import { sourceName, sourcePaths } from '../../data/sources.ts'
import { type App } from '../session/app.ts'
import { runChildJob } from '../background/child-job.ts'
import { resolveSources } from '../datasets/resolve-sources.ts'
import { runWritingJob } from '../jobs/writing-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import type { Session } from '../session/session.ts'
import { allItems, getItems } from '../store/items-repo.ts'
import { manifestItems, packPath } from '../datasets/manifest.ts'
import { slug } from '../files/slug.ts'
import { requirePredictor } from '../planning/require-model.ts'

export interface PredictInput {
  readonly runId: string
  readonly sources?: readonly string[] | undefined
  readonly datasetId?: string | undefined
  readonly itemIds?: readonly number[] | undefined
}

/** A model on a few files or items; the rows come back. */
export async function predict(
  app: App,
  session: Session,
  input: PredictInput,
  signal: AbortSignal,
): Promise<ImagePrediction[]> {
  const { files } = requirePredictor(app, session, input.runId)
  const sources = (input.sources ?? []).map((source) => app.ports.sources.resolve(source))
  const items = itemsOf(session, input, files.heads)
  if (sources.length === 0 && items === null) {
    throw new GraftError('E_PREDICT_INPUT', 'Expected `sources`, or `datasetId` with `itemIds`. Received: neither.', {
      fix: 'Choose a picture, or items of a dataset.',
    })
  }
  const rows: ImagePrediction[] = []
  await runChildJob({
    trainer: app.ports.trainer,
    signal,
    job: { kind: 'predict', model: files, sources, items, csv: null, threads: availableParallelism() },
    onMessage: (message) => {
      if (message.type === 'predicted') rows.push(...message.rows)
    },
  })
  return rows
}

function itemsOf(session: Session, input: PredictInput, heads: PredictJob['model']['heads']): PredictJob['items'] {
  if (input.datasetId === undefined || input.itemIds === undefined || input.itemIds.length === 0) return null
  const state = session.datasets.get(input.datasetId)
  const rows = getItems(session.db, state.row.key, input.itemIds)
  return { pack: packPath(session, state), items: manifestItems(session, state, rows, heads) }
}

/** Everything in a folder, a table or a dataset, to a CSV file. */
export function startPredictFolder(
  app: App,
  session: Session,
  input: { runId: string; source: Sources; csv?: string | undefined },
): { jobId: string } {
  const { title, runId, files } = requirePredictor(app, session, input.runId)
  const dataset = typeof input.source === 'string' ? session.datasets.find(input.source) : null
  const source = dataset === null ? resolveSources(app, input.source) : null
  const csv = csvPath(app, session, `${slug(title)}-predictions-${app.ports.random.id(4)}.csv`, input.csv)
  const items =
    dataset === null
      ? null
      : {
          pack: packPath(session, dataset),
          items: manifestItems(session, dataset, allItems(session.db, dataset.row.key), files.heads),
        }
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    let count = 0
    await runWritingJob(app, session, {
      job: {
        kind: 'predict',
        model: files,
        sources: source === null ? [] : [source],
        items,
        csv,
        threads: availableParallelism(),
      },
      path: csv,
      handle,
      onMessage: (message) => {
        if (message.type === 'progress') count = message.done
      },
    })
    return { csv, files: count }
  }
  const what = dataset?.row.name ?? sourceLabel(source ?? [])
  return { jobId: session.jobs.start('predict', `Predict ${what} with ${title}`, work, runId ?? undefined).id }
}

function sourceLabel(source: string | string[]): string {
  const paths = sourcePaths(source)
  return paths.length === 1 ? sourceName(source) : `${paths.length} files and folders`
}

/** A given folder takes a file of the usual name. */
function csvPath(app: App, session: Session, name: string, given: string | undefined): string {
  if (given === undefined) return join(session.paths.exports, name)
  const path = app.ports.sources.destination(given)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return join(path, name)
  if (existsSync(dirname(path))) return path
  throw new GraftError('E_PREDICT_INPUT', `Expected a CSV file in an existing folder. Received: ${path}.`, {
    fix: 'Make the folder first, or choose another one.',
  })
}
