import { join } from 'node:path'
import { removeAll } from '../../base/disk/remove.ts'
import type { Workspace } from '../session/workspace.ts'

/** Where the maps of a dataset are kept; without one those of all. */
export function mapFolder({ paths }: Pick<Workspace, 'paths'>, datasetId = ''): string {
  return join(paths.cache, 'maps', datasetId)
}

export function removeMaps(workspace: Pick<Workspace, 'paths'>, datasetId?: string): void {
  removeAll(mapFolder(workspace, datasetId))
}
