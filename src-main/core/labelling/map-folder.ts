import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Workspace } from '../session/workspace.ts'

/** Where the maps of a dataset are kept; without one those of all. */
export function mapFolder({ paths }: Pick<Workspace, 'paths'>, datasetId = ''): string {
  return join(paths.cache, 'maps', datasetId)
}

export function removeMaps(workspace: Pick<Workspace, 'paths'>, datasetId?: string): void {
  rmSync(mapFolder(workspace, datasetId), { recursive: true, force: true })
}
