import { lstatSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isBelow } from '../../base/disk/is-below.ts'

/**
 * Whether `path` is `folder` or lies in it, also once links are followed. A missing path counts as lying where its nearest folder
 * does; a link to nowhere lies nowhere. What is outside by its name alone is never looked at: a path may name another computer.
 */
export function isInside(folder: string, path: string): boolean {
  if (!isBelow(folder, path)) return false
  const [realFolder, realPath] = [real(folder), real(path)]
  return realFolder !== null && realPath !== null && isBelow(realFolder, realPath)
}

function real(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined || dirname(path) === path) return null
    const parent = real(dirname(path))
    return parent === null ? null : join(parent, relative(dirname(path), path))
  }
}
