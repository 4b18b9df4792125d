import { win32 } from 'node:path'

/** SQLite adds "-journal" and the like to a name, and Windows takes no path of 260 characters unless it is written so that nothing is
 *  made of it (`\\?\`), as Node writes each of its own. */
const LONGEST = 240

/** The file as SQLite can open it. */
export function sqlitePath(file: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' && file.length > LONGEST ? win32.toNamespacedPath(file) : file
}
