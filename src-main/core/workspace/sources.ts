import { isSamePath } from '../../base/disk/is-below.ts'
import type { Sources } from '../../base/ports.ts'
import { isInside } from '../files/is-inside.ts'
import type { Session } from '../session/session.ts'
import type { Settings } from '../session/settings.ts'
import { listDatasets } from '../store/datasets-repo.ts'

/** What the workbench remembers of its user's choices. */
export interface Memory {
  readonly settings: Pick<Settings, 'recents'>
  /** Folder of the sample workspaces. */
  readonly samples: string
  session(): Session | null
}

/**
 * The host's sources, told which paths were chosen before: recent workspaces, everything inside the open one, where its datasets
 * came from, the sample workspaces. Written to is only the open workspace's folder of exports.
 */
export function rememberingSources(host: Sources, memory: Memory): Sources {
  const isRemembered = (path: string): boolean => {
    if (memory.settings.recents().some((recent) => isSamePath(recent.path, path)) || isInside(memory.samples, path))
      return true
    const session = memory.session()
    if (session === null) return false
    return (
      isInside(session.paths.root, path) ||
      listDatasets(session.db, 'ready').some((row) => isSamePath(row.source, path))
    )
  }
  const isForExports = (path: string): boolean => {
    const session = memory.session()
    return session !== null && isInside(session.paths.exports, path)
  }
  return {
    resolve: (source) => host.resolve(source, isRemembered),
    destination: (source) => host.destination(source, isForExports),
  }
}
