import type { ModelInspection } from '../../contract/imports.ts'
import type { ImportModelJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { openPartialFolder } from '../../data/partial-folder.ts'
import { inspectionOf, takeModel, type TakenModel } from '../../learning/importers/take-model.ts'
import { writeImported } from '../../learning/importers/write-imported.ts'
import { likelyClasses } from '../likely-classes.ts'
import type { JobContext } from '../job-context.ts'

/** Reads a file with a model from elsewhere. With a target the folder appears whole, or not at all. */
export async function runImportModel(job: ImportModelJob, context: JobContext): Promise<void> {
  const { send, signal } = context
  const tell = (message: string): Promise<void> => send({ type: 'progress', done: 0, total: null, message })
  await tell('Reading the file')
  const model = await takeModel(job.source, job)
  signal.throwIfAborted()
  if (job.target !== null) {
    await tell('Writing the model')
    await keep(job, model, signal)
  }
  const likely = job.photo === null ? null : await likelyClasses(model, job.photo, context)
  const inspection: ModelInspection = { ...inspectionOf(job.source.path, model), likely }
  await send({ type: 'model', inspection })
}

async function keep({ source, target }: ImportModelJob, model: TakenModel, signal: AbortSignal): Promise<void> {
  if (target === null) return
  const { folder, ...about } = target
  const partial = await openPartialFolder(folder).catch((error: unknown) => {
    throw explainWriteError(error, folder)
  })
  try {
    await writeImported(partial.path, source.path, model, about)
    signal.throwIfAborted()
    await partial.commit()
  } catch (error) {
    await partial.discard()
    throw explainWriteError(error, folder)
  }
}
