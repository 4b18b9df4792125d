import { join } from 'node:path'
import { pickEvenly } from '../../base/pick-evenly.ts'
import { GraftError } from '../../contract/errors.ts'
import type { ExportRecord } from '../../contract/models.ts'
import type { ChildMessage, ExportJob } from '../../contract/trainer.ts'
import { exportOffers, isCalibrated, isQuantised, readExportOptions } from '../../learning/catalog.ts'
import { type App, nowText } from '../session/app.ts'
import { runWritingJob } from '../jobs/writing-job.ts'
import { requireFreeFolder } from '../files/free-folder.ts'
import type { JobHandle } from '../background/job-board.ts'
import type { Session } from '../session/session.ts'
import { insertExport } from '../store/exports-repo.ts'
import { getItems } from '../store/items-repo.ts'
import type { RunRow } from '../store/runs-repo.ts'
import { manifestItems, packPath } from '../datasets/manifest.ts'
import { modelCard } from './model-card.ts'
import { trainedFeatures } from './trained-features.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { slug } from '../files/slug.ts'
import { requireModel } from '../planning/require-model.ts'

/** Real samples on which the export is proven, and on which the cost of fewer bits is measured. */
const PROOF_SAMPLES = 32
const COST_SAMPLES = 128
/** Real samples on which it is calibrated: more hardly move a range. */
const CALIBRATION_SAMPLES = 100

type Exported = Extract<ChildMessage, { type: 'exported' }>

interface ExportInput {
  readonly runId: string
  readonly format: string
  readonly folder?: string | undefined
  readonly options?: Record<string, unknown> | undefined
  readonly intendedUse?: string | undefined
}

export function startExport(app: App, session: Session, input: ExportInput): { jobId: string } {
  const { run, files } = requireModel(session, input.runId)
  const { formats, refused } = exportOffers(files)
  const refusal = refused.find(({ format }) => format === input.format)
  if (refusal !== undefined) throw refusal.error
  const format = checkFormat(input.format, formats)
  const options = readExportOptions(format, input.options ?? {}, files.preprocessing)
  const intendedUse = input.intendedUse || null
  const id = app.ports.random.id(10)
  const folder = exportFolder(app, session, `${slug(run.name)}-${format}-${id.slice(0, 4)}`, input.folder)
  const most = isQuantised(options) ? COST_SAMPLES : PROOF_SAMPLES
  const samples = exportSamples(session, run, { heads: files.heads, most, isCalibrated: isCalibrated(options) })
  const job: ExportJob = {
    kind: 'export',
    format,
    options,
    model: files,
    folder,
    samples,
    features: trainedFeatures(readDetails(session.db, run.key)),
    cacheFolder: session.paths.cache,
    card: modelCard(app, session, run, { format, options, intendedUse }),
  }
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    let exported: Exported | null = null
    await runWritingJob(app, session, {
      job,
      path: folder,
      handle,
      onMessage: (message) => {
        if (message.type === 'exported') exported = message
      },
    })
    const facts = { id, format, folder: session.paths.toStored(folder), createdAt: nowText(app), options, intendedUse }
    record(session, run.key, facts, exported)
    app.events.emit('models.changed', {})
    return { exportId: id, folder }
  }
  return { jobId: session.jobs.start('export', `Export ${run.name} as ${format}`, work, run.id).id }
}

function record(
  session: Session,
  run: number,
  facts: Omit<ExportRecord, 'runId' | 'files' | 'proof'>,
  exported: Exported | null,
): void {
  if (exported === null) throw new Error('the export ended without an answer')
  insertExport(session.db, run, { ...facts, files: exported.files, proof: exported.proof })
}

function checkFormat(format: string, known: readonly string[]): string {
  if (known.includes(format)) return format
  throw new GraftError(
    'E_EXPORT_FORMAT',
    `Expected a format that can hold the model. Received: ${format}. Available: ${known.join(', ')}.`,
    {
      fix: 'Choose one of them.',
    },
  )
}

function exportFolder(app: App, session: Session, name: string, given: string | undefined): string {
  if (given === undefined) return join(session.paths.exports, name)
  return requireFreeFolder(app.ports.sources.destination(given))
}

interface SampleWishes {
  readonly heads: ExportJob['model']['heads']
  readonly most: number
  readonly isCalibrated: boolean
}

/** For the proof items that the model did not learn from, where there are any; for calibration those that it did. Without the dataset none. */
function exportSamples(
  session: Session,
  run: RunRow,
  { heads, most, isCalibrated }: SampleWishes,
): ExportJob['samples'] {
  const state = session.datasets.find(run.dataset_id)
  if (state === null) return { pack: null, items: [] }
  const itemsOf = (ids: number[]) => manifestItems(session, state, getItems(session.db, state.row.key, ids), heads)
  const inSplit = (split: number): number[] => {
    const places = Array.from({ length: state.row.items }, (_, place) => place)
    return places.filter((place) => state.split[place] === split).map((place) => place + 1)
  }
  const unseenFirst: number[] = []
  // Evenly: items often stand class by class.
  for (const split of [2, 1, 0]) unseenFirst.push(...pickEvenly(inSplit(split), most - unseenFirst.length))
  const samples = { pack: packPath(session, state), items: itemsOf(unseenFirst) }
  return isCalibrated ? { ...samples, calibration: itemsOf(pickEvenly(inSplit(0), CALIBRATION_SAMPLES)) } : samples
}
