import { chmodSync, renameSync, statSync } from 'node:fs'
import { untilFree, type Waiting } from './until-free.ts'

export interface Replacing extends Waiting {
  /** Default: the system's. */
  readonly rename?: (from: string, to: string) => void
}

/** Renames a file or folder; a file takes the place of the one that is there. Waits where Windows says that one of them is held, and takes away
 *  the attribute for which Windows, unlike other systems, would keep the old file: of a workspace that came from a CD or an archive. */
export function replace(from: string, to: string, { rename = renameSync, ...waiting }: Replacing = {}): void {
  const isWindows = (waiting.platform ?? process.platform) === 'win32'
  untilFree(() => {
    try {
      rename(from, to)
    } catch (error) {
      if (!isWindows || !becameWritable(to)) throw error
      rename(from, to)
    }
  }, waiting)
}

/** False: it was not read-only, or there is none. */
function becameWritable(path: string): boolean {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined || !facts.isFile() || (facts.mode & 0o200) !== 0) return false
  chmodSync(path, facts.mode | 0o200)
  return true
}
