import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { removeFile } from '../../base/disk/remove.ts'
import { GraftError } from '../../contract/errors.ts'
import { systemError } from '../../base/system-error.ts'
import { removePartials } from './remove-partials.ts'

/** Records of this process that work is under way for. */
const active = new Set<string>()

/** Runs what writes a file or folder under a partial name and renames it. Where it lies is recorded in `folder` meanwhile: what a killed
 *  process leaves there is removed by `removeUnfinished`, wherever on the disk it is. */
export async function withUnfinished<T>(folder: string, path: string, work: () => Promise<T>): Promise<T> {
  const record = join(folder, `${createHash('sha256').update(path).digest('hex').slice(0, 32)}.json`)
  if (active.has(record)) {
    throw new GraftError('E_INPUT', `Expected a place that nothing is being written to. Received: ${path}.`, {
      fix: 'Wait until the other job is done, or choose another place.',
    })
  }
  active.add(record)
  try {
    removePartials(path)
    mkdirSync(folder, { recursive: true })
    writeFileSync(record, JSON.stringify({ path }))
    return await work()
  } finally {
    try {
      removePartials(path)
      forget(record)
    } finally {
      active.delete(record)
    }
  }
}

/** Removes what processes that were killed left behind. What lies on a disk that is not there now is removed another time. */
export function removeUnfinished(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const record = join(folder, name)
    const path = recordedPath(record)
    if (path !== null && !existsSync(dirname(path))) continue
    try {
      if (path !== null) removePartials(path)
      forget(record)
    } catch (error) {
      // It costs its space, never the opening of the workspace.
      if (systemError(error) === null) throw error
    }
  }
}

/** null: the record itself was not finished, so nothing was begun. */
function recordedPath(record: string): string | null {
  try {
    const { path } = JSON.parse(readFileSync(record, 'utf8')) as { path?: unknown }
    return typeof path === 'string' ? path : null
  } catch {
    return null
  }
}

function forget(record: string): void {
  removeFile(record)
  try {
    rmdirSync(dirname(record))
  } catch {
    // Others are under way.
  }
}
