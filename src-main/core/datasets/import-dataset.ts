import { existsSync } from 'node:fs'
import { removeAll } from '../../base/disk/remove.ts'

import { GraftError } from '../../contract/errors.ts'
import type { ChildMessage, ImportJob } from '../../contract/trainer.ts'
import { sourceText } from '../../data/sources.ts'
import { type App, nowText } from '../session/app.ts'
import { runChildJob } from '../background/child-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import type { Session } from '../session/session.ts'
import { deleteDataset, insertDataset, listDatasets } from '../store/datasets-repo.ts'
import { countProblems, insertProblems } from '../store/problems-repo.ts'
import { toDataset } from './dataset-view.ts'
import { createImportStore, nothingImported } from './import-store.ts'

/** What the import of a dataset is called: names are unique, so a second attempt is known by it. */
export function importTitle(name: string): string {
  return `Import ${name}`
}

/** Reads a source in the child process and stores what it finds. The dataset appears when all of it is there; otherwise nothing
 *  of it stays. */
export async function importDataset(
  app: App,
  session: Session,
  input: Pick<ImportJob, 'source' | 'options'>,
  handle: JobHandle,
): Promise<Record<string, unknown>> {
  const { db, paths } = session
  // Also here: an import that is tried again may find its name taken.
  checkDatasetName(session, input.options.name)
  const id = app.ports.random.id(10)
  const folder = paths.dataset(id)
  const split = { train: 1, validation: 0, test: 0, seed: 1, stratifyBy: null }
  const storage = input.options.storage
  const createdAt = nowText(app)
  const source = sourceText(input.source)
  const key = insertDataset(db, { id, name: input.options.name, createdAt, source, storage, split })
  try {
    const store = createImportStore(session, key)
    await runChildJob({
      trainer: app.ports.trainer,
      signal: handle.signal,
      job: { kind: 'import', datasetId: id, source: input.source, options: input.options, folder },
      onMessage: (message) => receive(message, { store, session, key, handle }),
    })
    checkDatasetName(session, input.options.name)
    store.finish(input.options, nowText(app))
  } catch (error) {
    const isEmpty = error instanceof GraftError && error.code === 'E_SOURCE_EMPTY' && countProblems(db, key) > 0
    const thrown: unknown = isEmpty ? nothingImported(session, key) : error
    removeDataset(session, key, id)
    throw thrown
  }
  const dataset = toDataset(db, session.datasets.get(id))
  app.events.emit('datasets.changed', { dataset, datasetId: id, itemIds: null })
  return { datasetId: id, items: dataset.items, problems: dataset.problems }
}

function receive(
  message: ChildMessage,
  to: { store: ReturnType<typeof createImportStore>; session: Session; key: number; handle: JobHandle },
): void {
  if (message.type === 'items') to.store.addItems(message.items)
  else if (message.type === 'schema') to.store.setSchema(message)
  else if (message.type === 'problems') insertProblems(to.session.db, to.key, message.problems)
  else if (message.type === 'progress') to.handle.progress(message.done, message.total, message.message)
}

/** Names are unique whatever their case: specs name datasets. */
export function checkDatasetName(session: Session, name: string, except: string | null = null): void {
  const same = (other: string): boolean => other.normalize().toLowerCase() === name.normalize().toLowerCase()
  const taken = listDatasets(session.db, 'ready').some((row) => row.id !== except && same(row.name))
  if (name.trim() === '' || taken) {
    throw new GraftError(
      'E_DATASET_NAME',
      `Expected a name that no dataset of the workspace has. Received: ${JSON.stringify(name)}.`,
      { fix: 'Choose another name.' },
    )
  }
}

export function removeDataset(session: Session, key: number, id: string): void {
  deleteDataset(session.db, key)
  session.labelling.removed(id)
  session.datasets.forget(id)
  for (const folder of [session.paths.dataset(id), `${session.paths.dataset(id)}.partial`]) {
    if (existsSync(folder)) removeAll(folder)
  }
}
