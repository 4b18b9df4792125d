import { mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { ModelInspection, Preparation } from '../../contract/imports.ts'
import type { ImportModelJob } from '../../contract/trainer.ts'
import { IMPORTED, nameOfFile } from '../../learning/catalog.ts'
import { runChildJob } from '../background/child-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import { slug } from '../files/slug.ts'
import { importedModels, shelf, shippedBases } from '../planning/learning-context.ts'
import { type App, nowText } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { checkModelName, freeModelName } from './model-names.ts'

interface FileInput {
  readonly source: string
  readonly family?: string | undefined
  readonly inputSize?: number | undefined
  readonly labels?: string | undefined
  readonly preparation?: Preparation | undefined
}

export interface ImportModelInput extends FileInput {
  readonly name?: string | undefined
  readonly licence?: string | undefined
  readonly trainedOn?: string | undefined
  readonly shared?: boolean | undefined
}

/** Folders that are being written: two imports of one name would write over each other. */
const underWay = new Set<string>()

/** What the trainer process is told of a file. */
export function fileFacts(app: App, input: FileInput): Omit<ImportModelJob, 'kind' | 'photo' | 'target'> {
  const { sources } = app.ports
  return {
    source: { path: sources.resolve(input.source), family: input.family ?? null, inputSize: input.inputSize ?? null },
    labels: input.labels === undefined ? null : sources.resolve(input.labels),
    preparation: input.preparation ?? null,
    imageNet: [...(shippedBases(app).find(({ classes }) => classes.length === 1000)?.classes ?? [])],
  }
}

/** Takes a file as a base model; the model appears when all of it is there. */
export function startImportModel(app: App, session: Session, input: ImportModelInput): { jobId: string } {
  const facts = fileFacts(app, input)
  if (input.name !== undefined) checkModelName(importedModels(app, session), input.name)
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    const all = importedModels(app, session)
    const title = input.name ?? freeModelName(all, nameOfFile(facts.source.path))
    checkModelName(all, title)
    const folder = join(input.shared === true ? shelf(app) : session.paths.models, slug(title))
    if (underWay.has(folder)) throw twice(title)
    underWay.add(folder)
    try {
      mkdirSync(dirname(folder), { recursive: true })
      const about = { licence: input.licence?.trim() || null, trainedOn: input.trainedOn || null }
      const target = { folder, title, importedAt: nowText(app), ...about }
      const inspection = await readInto(app, { ...facts, photo: null, target }, handle)
      app.events.emit('models.changed', {})
      return { modelId: `${IMPORTED}${basename(folder)}`, ...inspection }
    } finally {
      underWay.delete(folder)
    }
  }
  const title = `Import the model ${input.name ?? basename(facts.source.path)}`
  return { jobId: session.jobs.start('import-model', title, work).id }
}

async function readInto(app: App, job: Omit<ImportModelJob, 'kind'>, handle: JobHandle): Promise<ModelInspection> {
  let inspection: ModelInspection | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    signal: handle.signal,
    job: { kind: 'import-model', ...job },
    onMessage: (message) => {
      if (message.type === 'model') inspection = message.inspection
      if (message.type === 'progress') handle.progress(message.done, message.total, message.message)
    },
  })
  if (inspection === null) throw new Error('the import ended without an answer')
  return inspection
}

function twice(title: string): GraftError {
  return new GraftError('E_MODEL_NAME', `Expected one import of this name at a time. Received: another of ${title}.`, {
    fix: 'Wait for the other import, or choose another name.',
  })
}
