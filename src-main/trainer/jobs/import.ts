import { GraftError } from '../../contract/errors.ts'
import type { ImportJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { importExported } from '../../data/import-exported.ts'
import { importIdx } from '../../data/import-idx.ts'
import { importImages } from '../../data/import-images.ts'
import { importTable } from '../../data/import-table.ts'
import type { ImportTarget } from '../../data/import-sink.ts'
import { openPartialFolder } from '../../data/partial-folder.ts'
import { planLabels } from '../../data/plan-labels.ts'
import { planSource, type SourcePlan } from '../../data/plan-source.ts'
import { sourceText } from '../../data/sources.ts'
import { createImportSink } from '../import-sink.ts'
import type { JobContext } from '../job-context.ts'

/** Reads a source into `datasets/<id>`: the folder appears whole, or not at all. */
export async function runImport(job: ImportJob, { send, signal }: Pick<JobContext, 'send' | 'signal'>): Promise<void> {
  const sink = createImportSink(send)
  const folder = await openPartialFolder(job.folder).catch((error: unknown) => {
    throw explainWriteError(error, job.folder)
  })
  try {
    const onFound = (count: number): void => sink.progress(count, null, 'Looking for files')
    const plan = await planSource(job.source, { signal, onFound, reading: job.options })
    const { storage } = job.options
    const target = { folder: folder.path, finalFolder: job.folder, storage, sink, signal }
    const imported = await importPlan(plan, job, target)
    await sink.flush()
    if (imported === 0) throw nothingUsable(sourceText(job.source))
    signal.throwIfAborted()
    await folder.commit()
  } catch (error) {
    await folder.discard()
    throw explainWriteError(error, job.folder)
  }
}

function importPlan(plan: SourcePlan, job: ImportJob, target: ImportTarget): Promise<number> {
  if (plan.kind === 'idx') return importIdx(plan, target)
  if (plan.kind === 'exported') return importExported(plan, job.options, target)
  if (plan.kind === 'table') return importTable(plan, job.options, target)
  const { labels } = plan
  return importImages(labels === null ? plan : planLabels(plan, labels, job.options), target)
}

function nothingUsable(source: string): GraftError {
  return new GraftError('E_SOURCE_EMPTY', `Expected at least one usable item. Received: none in ${source}`, {
    fix: 'Look at the listed problems: each says why its file was left out.',
  })
}
