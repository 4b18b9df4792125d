import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What a process writes is named so until it is whole (trainer/jobs/export.ts, trainer/csv-writer.ts); killed, it leaves it behind. */
const PARTIAL = /\.part-\d+$/

/** Removes what a killed process left beside the file or folder that it was to write. */
export function removePartials(path: string): void {
  removeFrom(dirname(path), (name) => name.startsWith(`${basename(path)}.part-`))
}

/** Removes everything of this kind from a folder in which nothing is being written. */
export function removeAllPartials(folder: string): void {
  removeFrom(folder, () => true)
}

function removeFrom(folder: string, isMeant: (name: string) => boolean): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (PARTIAL.test(name) && isMeant(name)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}
