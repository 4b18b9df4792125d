import path, { basename, type PlatformPath } from 'node:path'
import { isBelow } from '../base/disk/is-below.ts'

/** An absolute path, or several that are taken as one folder which holds them: what was dropped together. */
export type Source = string | readonly string[]

/** Names that a text lists. */
const LISTED = 3

export function sourcePaths(source: Source): readonly string[] {
  return typeof source === 'string' ? [source] : source
}

/** The folder that stands for the source: itself, or the deepest one that holds all of it. */
export function sourceRoot(source: Source, paths: PlatformPath = path): string {
  const { dirname, isAbsolute } = paths
  const [first = '', ...others] = sourcePaths(source)
  if (others.length === 0) return first
  let root = dirname(first)
  for (const other of others) {
    while (!isAbsolute(root) || !isBelow(root, dirname(other), paths)) {
      const above = dirname(root)
      // Two drives share no folder.
      if (above === root) return ''
      root = above
    }
  }
  return root
}

/** What the source is called: by itself, or by the folder that holds all of it; empty where that has no name. */
export function sourceName(source: Source): string {
  return basename(sourceRoot(source))
}

/** What a user reads about where data came from. */
export function sourceText(source: Source): string {
  const paths = sourcePaths(source)
  if (paths.length === 1) return paths[0] ?? ''
  const root = sourceRoot(source)
  const names = paths.slice(0, LISTED).map((path) => basename(path))
  const more = paths.length > LISTED ? ` and ${paths.length - LISTED} more` : ''
  return `${paths.length} files and folders${root === '' ? '' : ` of ${root}`}: ${names.join(', ')}${more}`
}
