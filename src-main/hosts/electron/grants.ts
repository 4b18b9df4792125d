import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { IsRemembered, RandomSource, Sources } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'

const PREFIX = 'grant:'

/** Handles for files that the user chose in a dialog, dropped or named at the start: the page carries the handle, never the path. */
export interface Grants {
  /** A handle for an absolute path; the same path has the same handle. */
  grant(path: string): string
  readonly sources: Sources
}

/** `paths` resolves what a handle stands for. A path in place of a handle counts only where the workbench itself remembers it:
 *  whatever runs in the page cannot read a file that nobody chose. */
export function createGrants(random: RandomSource, paths: Sources): Grants {
  const granted = new Map<string, string>()
  const handles = new Map<string, string>()
  return {
    grant(path) {
      if (!isAbsolute(path)) throw new Error(`a granted path must be absolute, not ${JSON.stringify(path)}`)
      const handle = handles.get(path) ?? PREFIX + random.id(20)
      granted.set(handle, path)
      handles.set(path, handle)
      return handle
    },
    sources: {
      resolve: (source, isRemembered) => paths.resolve(allowedPath(granted, source, isRemembered)),
      destination(source, isRemembered) {
        const path = paths.destination(allowedPath(granted, source, isRemembered))
        // A handle may have been given for reading: nothing that is there is written over.
        if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return path
        throw new GraftError('E_SOURCE_PATH', `Expected a folder, or the name of a new file. Received: ${path}.`, {
          fix: 'Choose a folder.',
        })
      },
    },
  }
}

/** Before anything is looked up on disk: a path may name another computer. */
function allowedPath(
  granted: ReadonlyMap<string, string>,
  source: string,
  isRemembered: IsRemembered = () => false,
): string {
  if (source.startsWith(PREFIX)) {
    const path = granted.get(source)
    if (path !== undefined) return path
    throw new GraftError('E_SOURCE_PATH', 'Expected a file or folder that was chosen in this session.', {
      fix: 'Choose or drop it again.',
    })
  }
  if (isAbsolute(source) && isRemembered(resolve(source))) return resolve(source)
  throw new GraftError(
    'E_SOURCE_PATH',
    `Expected a file or folder that was chosen with the dialog or dropped on the window. Received: ${source.slice(0, 200)}.`,
    { fix: 'Choose it with the dialog or drop it.' },
  )
}
