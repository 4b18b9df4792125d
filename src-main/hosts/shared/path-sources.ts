import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path, { type PlatformPath } from 'node:path'
import { requireNames } from '../../base/disk/windows-name.ts'
import type { Sources } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'

/** Sources are paths on this computer; `~` and relative paths are taken as a shell would. What is to be made needs a whole path:
 *  a name alone would land wherever the host was started. */
export const pathSources: Sources = {
  resolve(source) {
    const absolute = wholePath(source)
    if (existsSync(absolute)) return absolute
    throw new GraftError('E_SOURCE_PATH', `Expected an existing file or folder. Received: ${source}`, {
      fix: 'Check the spelling, or choose the file or folder again.',
    })
  },
  destination(source) {
    const whole = withHome(source)
    return path.isAbsolute(whole) ? requireNames(path.resolve(whole)) : pathSources.resolve(whole)
  },
}

/** An absolute path. Windows takes `/` and a missing drive letter, too: `C:/data`, `\data` and `C:data` are brought into the one form that is
 *  compared and stored. */
export function wholePath(source: string, paths: PlatformPath = path, home = homedir()): string {
  const given = withHome(source, paths, home)
  return paths.isAbsolute(given) && paths.sep === '/' ? given : paths.resolve(given)
}

/** `~` alone, or before a separator: "~$budget.xlsx" is the name of a file. */
function withHome(source: string, { join, sep }: PlatformPath = path, home = homedir()): string {
  const isHome = source === '~' || source.startsWith('~/') || source.startsWith(`~${sep}`)
  return isHome ? join(home, source.slice(1)) : source
}
