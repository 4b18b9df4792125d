import { isAbsolute } from 'node:path'
import type { RandomSource, Sources } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'

const PREFIX = 'grant:'

/** Handles for files that the user chose in a dialog or dropped: the page carries the handle, never the path. */
export interface Grants {
  /** A handle for an absolute path. */
  grant(path: string): string
  readonly sources: Sources
}

/** `paths` resolves what is not a handle: paths that the workbench itself showed (recents) or the user typed. */
export function createGrants(random: RandomSource, paths: Sources): Grants {
  const granted = new Map<string, string>()
  return {
    grant(path) {
      if (!isAbsolute(path)) throw new Error(`a granted path must be absolute, not ${JSON.stringify(path)}`)
      const handle = PREFIX + random.id(20)
      granted.set(handle, path)
      return handle
    },
    sources: {
      resolve(source) {
        if (!source.startsWith(PREFIX)) return paths.resolve(source)
        const path = granted.get(source)
        if (path !== undefined) return paths.resolve(path)
        throw new GraftError('E_SOURCE_PATH', 'Expected a file or folder that was chosen in this session.', {
          fix: 'Choose or drop it again.',
        })
      },
    },
  }
}
