import { isSamePath } from '../../base/disk/is-below.ts'
import { evictCacheEntries } from '../../base/cache-entries.ts'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { workspace, WorkspaceState } from '../../contract/workspace.ts'
import { type App, nowText } from '../session/app.ts'
import { cacheLimit } from '../session/cache-limit.ts'
import { folderSize } from '../files/folder-size.ts'
import { listFolder } from '../files/list-folder.ts'
import { importSample, listSamples, sampleFolder } from './samples.ts'
import { openSession } from './open-session.ts'
import type { Recent } from '../session/settings.ts'
import { STORE_FILE } from '../store/open.ts'
import { cacheState, emptyCache } from './workspace-cache.ts'

export function workspaceService(app: App): Handlers<typeof workspace> {
  const changed = (): WorkspaceState => {
    const state = workspaceState(app)
    app.events.emit('workspace.changed', state)
    return state
  }
  const open = async (root: string, create: boolean): Promise<void> => {
    if (app.session !== null && isSamePath(app.session.paths.root, root)) return
    const next = await openSession(app, root, create)
    const previous = app.session
    app.session = next
    await previous?.close()
    evictCacheEntries(next.paths.cache, cacheLimit(app))
    remember(app, { path: root, name: next.name, openedAt: nowText(app) })
  }
  return {
    state: () => workspaceState(app),
    async open({ source, create }) {
      await open(resolveRoot(app, source, create), create)
      return changed()
    },
    async openSample({ id }) {
      await open(sampleFolder(app, id), true)
      changed()
      await importSample(app, id)
      return changed()
    },
    async close() {
      const previous = app.session
      app.session = null
      await previous?.close()
      return changed()
    },
    forgetRecent({ path }) {
      app.settings.forget(path)
      return changed()
    },
    browse: ({ path }) => listFolder(app.ports.sources.resolve(path ?? homedir())),
    cache: () => cacheState(app),
    emptyCache: ({ ids }) => emptyCache(app, ids),
  }
}

/** A user folder that cannot be written to costs the list of recents, not the workspace, which is open. */
function remember(app: App, recent: Recent): void {
  try {
    app.settings.remember(recent)
  } catch (error) {
    app.ports.log.warn('the workspace is not in the list of recents', { path: recent.path, error: String(error) })
  }
}

export function workspaceState(app: App): WorkspaceState {
  const { session } = app
  return {
    open: session !== null,
    path: session?.paths.root ?? null,
    name: session?.name ?? null,
    sizeBytes: session === null ? null : folderSize(session.paths.root),
    recents: app.settings.recents().map((recent) => ({ ...recent, exists: existsSync(join(recent.path, STORE_FILE)) })),
    samples: listSamples(app),
  }
}

/** An existing folder; with `create` also one to be made. */
function resolveRoot(app: App, source: string, create: boolean): string {
  const root = create ? app.ports.sources.destination(source) : app.ports.sources.resolve(source)
  if (!existsSync(root)) {
    makeFolder(root)
    return root
  }
  if (statSync(root).isDirectory()) return root
  if (basename(root) === STORE_FILE) return dirname(root)
  throw new GraftError('E_WORKSPACE_PATH', `Expected a folder. Received a file: ${root}.`, {
    fix: 'Choose its folder.',
  })
}

/** Level by level: Node's recursive mkdir never returns where the system refuses with ENOENT (in /proc, say). */
function makeFolder(path: string): void {
  const missing: string[] = []
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder)
  try {
    for (const folder of missing) mkdirSync(folder)
  } catch (error) {
    throw new GraftError('E_WORKSPACE_PATH', `Expected a folder that can be made. Received: ${path}.`, {
      fix: 'Choose a place where you may write.',
      cause: error,
    })
  }
}
