import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { brokenFile, quoted } from '../refusals.ts'

/** The path of a file that a model names beside itself: a plain name, no folder, no way out of this one. Throws E_MODEL_FILE; `what` says whose names. */
export function plainFileBeside(folder: string, name: unknown, what: string): string {
  const isPlain = typeof name === 'string' && /^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..'
  if (!isPlain) throw brokenFile(`Expected plain file names of ${what}. Received: ${quoted(name)}.`)
  const path = join(folder, name)
  // A link could lead out of the folder.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path
  throw brokenFile(`Expected ${what} as plain files. Received: ${path}, which is a link.`)
}
