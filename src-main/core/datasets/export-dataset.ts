import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { replace } from '../../base/disk/replace.ts'
import type { datasets, DatasetFormat } from '../../contract/datasets.ts'
import type { Handlers } from '../../contract/define.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { throwIfCancelled } from '../background/cancelled.ts'
import type { JobHandle } from '../background/job-board.ts'
import { requireFreeFolder } from '../files/free-folder.ts'
import { slug } from '../files/slug.ts'
import { withUnfinished } from '../files/unfinished.ts'
import { type App, requireSession } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { copyState, type DatasetState } from '../store/dataset-state.ts'
import { inTurns } from '../store/in-turns.ts'
import { stateAt } from './change.ts'
import { datasetHash, prepareDatasetHash } from './dataset-hash.ts'
import { exportDocument } from './export-document.ts'
import { exportOffers, requireFormat } from './export-offers.ts'
import { exportPictures } from './export-pictures.ts'
import { packPath } from './manifest.ts'
import { writeExportLists } from './write-export-lists.ts'

export function datasetExports(app: App): Pick<Handlers<typeof datasets>, 'exportOffers' | 'export'> {
  const stateOf = (session: Session, datasetId: string, version: number | undefined): DatasetState => {
    const state = session.datasets.get(datasetId)
    return stateAt(session.db, state, version ?? state.row.version)
  }
  return {
    exportOffers: ({ datasetId, version }) => exportOffers(stateOf(requireSession(app), datasetId, version)),
    export({ datasetId, format, folder: given, version, link }) {
      const session = requireSession(app)
      const state = stateOf(session, datasetId, version)
      const { row } = state
      requireFormat(state, format)
      const name = `${slug(row.name)}-${format}-${app.ports.random.id(4)}`
      const folder =
        given === undefined
          ? join(session.paths.exports, name)
          : requireFreeFolder(app.ports.sources.destination(given))
      const job = session.jobs.start('export-dataset', `Export ${row.name} as ${format}`, (handle) =>
        exportDataset(session, { state: stateOf(session, row.id, row.version), format, folder, link }, handle),
      )
      return { jobId: job.id }
    },
  }
}

interface Wanted {
  readonly state: DatasetState
  readonly format: DatasetFormat
  readonly folder: string
  readonly link: boolean
}

/** Writes a dataset so that an import makes the same of it. The folder appears whole, or not at all. */
async function exportDataset(session: Session, wanted: Wanted, handle: JobHandle): Promise<Record<string, unknown>> {
  const { format, folder } = wanted
  requireFreeFolder(folder)
  // The newest version may change in between.
  const state = copyState(wanted.state)
  const work = async (): Promise<Record<string, unknown>> => {
    const partial = `${folder}.part-${process.pid}`
    mkdirSync(partial, { recursive: true })
    handle.progress(0, null, 'Writing labels and split')
    await prepareDatasetHash(session.db, state)
    const hash = datasetHash(session.db, state)
    const document = exportDocument(session, state, format, hash)
    const pictures = await inTurns(session.db, writeExportLists(session, state, document, partial))
    throwIfCancelled(handle.signal)
    const pack = document.pixels === null ? null : packPath(session, state)
    const linked = await exportPictures(session, pictures, { folder: partial, pack, link: wanted.link, handle })
    throwIfCancelled(handle.signal)
    if (existsSync(folder)) rmdirSync(folder)
    replace(partial, folder)
    const { version, items } = state.row
    return { folder, hash, version, items, files: pictures.length, linked }
  }
  try {
    return await withUnfinished(session.paths.unfinished, folder, work)
  } catch (error) {
    throw explainWriteError(error, folder)
  }
}
