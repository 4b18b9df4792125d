import { GraftError } from '../../contract/errors.ts'
import type { ImportJob } from '../../contract/trainer.ts'
import { importIdx } from '../../data/import-idx.ts'
import { importImages } from '../../data/import-images.ts'
import type { ImportTarget } from '../../data/import-sink.ts'
import { openPartialFolder } from '../../data/partial-folder.ts'
import { planSource, type SourcePlan } from '../../data/plan-source.ts'
import { createImportSink } from '../import-sink.ts'
import type { JobContext } from '../job-context.ts'

/** Reads a source into `datasets/<id>`: the folder appears whole, or not at all. */
export async function runImport(job: ImportJob, { send, signal }: JobContext): Promise<void> {
  const sink = createImportSink(send)
  const folder = await openPartialFolder(job.folder)
  try {
    const onFound = (count: number): void => sink.progress(count, null, 'Looking for files')
    const plan = await planSource(job.source, { signal, onFound })
    const storage = job.options.storage ?? 'reference'
    const target = { folder: folder.path, finalFolder: job.folder, storage, sink, signal }
    const imported = await importPlan(plan, target)
    await sink.flush()
    if (imported === 0) throw nothingUsable(job.source)
    signal.throwIfAborted()
    await folder.commit()
  } catch (error) {
    await folder.discard()
    throw error
  }
}

function importPlan(plan: SourcePlan, target: ImportTarget): Promise<number> {
  return plan.kind === 'idx' ? importIdx(plan, target) : importImages(plan, target)
}

function nothingUsable(source: string): GraftError {
  return new GraftError('E_SOURCE_EMPTY', `Expected at least one usable item. Received: none in ${source}`, {
    fix: 'Look at the listed problems: each says why its file was left out.',
  })
}
