import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { removeAll, removeFile, removeLater } from '../base/disk/remove.ts'
import { replace } from '../base/disk/replace.ts'
import { isOtherProcess } from '../base/is-other-process.ts'

const SUFFIX = '.partial'
const OWNER = '.owner'

/** A folder that appears whole or not at all. */
export interface PartialFolder {
  /** Write here. */
  readonly path: string
  /** Gives it its name. */
  commit(): Promise<void>
  /** Removes everything; safe to call after commit. */
  discard(): Promise<void>
}

/** Opens `<folder>.partial`. What killed processes left beside it is removed first. */
export async function openPartialFolder(folder: string): Promise<PartialFolder> {
  removeStalePartials(dirname(folder))
  const path = folder + SUFFIX
  await removeLater(path)
  await mkdir(path, { recursive: true })
  writeFileSync(join(path, OWNER), String(process.pid))
  return {
    path,
    async commit() {
      // An empty folder may have been made in advance; one with content is somebody's work and makes the rename fail.
      await rmdir(folder).catch(() => undefined)
      removeFile(join(path, OWNER))
      replace(path, folder)
    },
    discard: () => removeLater(path),
  }
}

/** Removes the `.partial` folders of processes that no longer run; returns their names. */
export function removeStalePartials(parent: string): string[] {
  const stale = listFolders(parent).filter((name) => name.endsWith(SUFFIX) && !isOwned(join(parent, name)))
  for (const name of stale) removeAll(join(parent, name))
  return stale.map((name) => basename(name, SUFFIX))
}

function listFolders(parent: string): string[] {
  try {
    return readdirSync(parent)
  } catch {
    return []
  }
}

function isOwned(folder: string): boolean {
  try {
    return isOtherProcess(Number(readFileSync(join(folder, OWNER), 'utf8')))
  } catch {
    return false
  }
}
