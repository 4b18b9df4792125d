import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeIfFree } from '../../base/disk/remove.ts'
import { GraftError } from '../../contract/errors.ts'
import { type App, nowText } from '../session/app.ts'
import { createDatasetCache } from '../store/dataset-cache.ts'
import { importTitle, removeDataset } from '../datasets/import-dataset.ts'
import { removeAllPartials } from '../files/remove-partials.ts'
import { removeUnfinished } from '../files/unfinished.ts'
import { createFailureBook } from '../background/failure-book.ts'
import { createJobBoard } from '../background/job-board.ts'
import { createLabelling } from '../labelling/create-labelling.ts'
import { workspacePaths } from '../session/paths.ts'
import { createScheduler, markInterrupted } from '../runs/scheduler.ts'
import type { Session } from '../session/session.ts'
import { isStoreWhole } from '../store/check-store.ts'
import { listDatasets } from '../store/datasets-repo.ts'
import { openStore, type Store, STORE_FILE } from '../store/open.ts'

export async function openSession(app: App, root: string, create: boolean): Promise<Session> {
  prepareFolder(root, create)
  const isWhole = await isStoreWhole(root, STORE_FILE)
  const store = openStore(root, { kind: app.ports.host, now: new Date(app.ports.clock.now()), isWhole })
  try {
    return sessionOf(app, root, store)
  } catch (error) {
    // Nobody would close it, and the workspace would be held until Graft ends.
    store.close()
    throw error
  }
}

function sessionOf(app: App, root: string, store: Store): Session {
  if (store.backup !== null) app.ports.log.info('the records were brought to a newer schema', { backup: store.backup })
  const failures = createFailureBook(store.db, app.ports.log)
  const session: Session = {
    paths: workspacePaths(root),
    name: basename(root),
    db: store.db,
    datasets: createDatasetCache(store.db),
    jobs: createJobBoard(app.ports, app.events, failures),
    failures,
    get scheduler() {
      return scheduler
    },
    get labelling() {
      return labelling
    },
    async close() {
      await Promise.all([session.jobs.close(), scheduler.close(), labelling.close()])
      store.close()
    },
  }
  const scheduler = createScheduler(app, session)
  const labelling = createLabelling(app, session)
  tidyUp(session, nowText(app))
  // A command that only looks shall not start the queue and break it off again when it ends.
  if (app.ports.host !== 'cli') setImmediate(scheduler.wake)
  return session
}

/** What an app that died left behind: half imports and exports go, trainings are marked; the user is told of both. */
function tidyUp(session: Session, at: string): void {
  for (const row of listDatasets(session.db, 'importing')) {
    removeDataset(session, row.key, row.id)
    const message = 'Graft ended while this was being imported; nothing of it was kept.'
    const error = { code: null, message, fix: 'Import it again.' }
    const what = { jobId: row.id, kind: 'import', title: importTitle(row.name), runId: null } as const
    session.failures.keep({ ...what, at, state: 'interrupted', error })
  }
  removeIfFree(session.paths.analyses)
  removeAllPartials(session.paths.exports)
  removeUnfinished(session.paths.unfinished)
  markInterrupted(session)
}

/** A workspace is a folder with graft.sqlite. With `create`, a missing or empty folder becomes one. */
function prepareFolder(root: string, create: boolean): void {
  if (existsSync(join(root, STORE_FILE))) return
  const content = visibleEntries(root)
  if (!create || content.length > 0) {
    const received =
      content.length === 0 ? 'an empty or missing folder' : `a folder with ${content.slice(0, 3).join(', ')}`
    throw new GraftError(
      'E_WORKSPACE_PATH',
      `Expected a workspace (a folder with ${STORE_FILE}). Received: ${root}, ${received}.`,
      {
        fix: create
          ? 'Choose an empty or new folder for the workspace, then import the data into it.'
          : 'Choose a workspace, or make a new one.',
        details: { empty: content.length === 0 },
      },
    )
  }
  try {
    for (const folder of ['datasets', 'models', 'runs', 'exports', 'cache'])
      mkdirSync(join(root, folder), { recursive: true })
  } catch (error) {
    throw new GraftError('E_WORKSPACE_PATH', `Expected a folder that can be written to. Received: ${root}.`, {
      fix: 'Choose another folder, or change its permissions.',
      cause: error,
    })
  }
}

function visibleEntries(root: string): string[] {
  if (!existsSync(root)) return []
  if (!statSync(root).isDirectory()) {
    throw new GraftError('E_WORKSPACE_PATH', `Expected a folder. Received a file: ${root}.`, {
      fix: 'Choose its folder.',
    })
  }
  return readdirSync(root).filter((name) => !name.startsWith('.'))
}
