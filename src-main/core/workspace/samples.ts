import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ImportOptions } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import type { WorkspaceState } from '../../contract/workspace.ts'
import { type App, requireSession } from '../session/app.ts'
import { importDataset, importTitle } from '../datasets/import-dataset.ts'
import { folderSize } from '../files/folder-size.ts'

/** One entry of resources/samples/index.json. */
interface Sample {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Relative to resources/samples. */
  readonly source: string
  readonly options: unknown
  readonly items?: number
  /** Id of another sample that belongs into the same workspace. */
  readonly with?: string
}

export function listSamples(app: App): WorkspaceState['samples'] {
  return readSamples(app).map((sample) => {
    const source = join(samplesFolder(app), sample.source)
    const { id, title, description, items = 0 } = sample
    const sizeBytes = existsSync(source) ? sizeOf(source) : 0
    const kind = /\.csv$/.test(sample.source) ? ('table' as const) : ('image' as const)
    return { id, title, description, kind, items, sizeBytes, path: workspaceOf(app, id) }
  })
}

/** Where the sample's own workspace lies, in the per-user folder. */
export function sampleFolder(app: App, id: string): string {
  return workspaceOf(app, findSample(app, id).id)
}

function workspaceOf(app: App, id: string): string {
  return join(app.ports.userFolder, 'samples', id)
}

/** Imports the sample into the open workspace, with what belongs to it, unless it is there; its job can be watched and cancelled like any other. The
 *  error of a failed one says which job it was (`details.jobId`). */
export async function importSample(app: App, id: string): Promise<void> {
  const session = requireSession(app)
  const sample = findSample(app, id)
  if (sample.with !== undefined) await importSample(app, sample.with)
  const options = ImportOptions.parse(sample.options)
  if (session.datasets.find(options.name) !== null) return
  const path = join(samplesFolder(app), sample.source)
  const job = session.jobs.start('import', importTitle(options.name), (handle) =>
    importDataset(app, session, { source: path, options }, handle),
  )
  const { error } = await session.jobs.ended(job.id)
  if (error === null) return
  const fix = error.fix === undefined ? {} : { fix: error.fix }
  throw new GraftError(error.code as never, error.message, { ...fix, details: { jobId: job.id } })
}

function samplesFolder(app: App): string {
  return join(app.ports.resourcesFolder, 'samples')
}

function readSamples(app: App): Sample[] {
  const index = join(samplesFolder(app), 'index.json')
  return existsSync(index) ? (JSON.parse(readFileSync(index, 'utf8')) as Sample[]) : []
}

function findSample(app: App, id: string): Sample {
  const samples = readSamples(app)
  const found = samples.find((sample) => sample.id === id)
  if (found !== undefined) return found
  const available = samples.map((sample) => sample.id).join(', ') || 'none'
  throw new GraftError('E_NOT_FOUND', `Expected the id of a sample. Received: ${id}. Available: ${available}.`, {
    fix: 'Choose one of them.',
  })
}

function sizeOf(path: string): number {
  const facts = statSync(path)
  return facts.isDirectory() ? folderSize(path) : facts.size
}
