import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { removeAll, removeIfFree } from '../../base/disk/remove.ts'
import { systemError } from '../../base/system-error.ts'

/** What a process writes is named so until it is whole (trainer/jobs/export.ts, trainer/csv-writer.ts, core/datasets/export-dataset.ts); killed, it leaves it behind. */
const PARTIAL = /\.part-\d+$/

/** Removes what a killed process left beside the file or folder that it was to write. */
export function removePartials(path: string): void {
  removeFrom(dirname(path), (name) => name.startsWith(`${basename(path)}.part-`))
}

/** The same of trainings, which write single files so, too (learning/engine, datasets/manifest.ts). */
const OF_TRAINING = /\.(part-\d+|partial|\d+\.tmp)$/

/** Removes what a killed training left in its run's folder, weights of hundreds of megabytes among it. Nothing may train there. What
 *  cannot be removed costs its space, never the run. */
export function removeRunPartials(folder: string): void {
  try {
    removeBelow(folder)
  } catch (error) {
    if (systemError(error) === null) throw error
  }
}

function removeBelow(folder: string): void {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (OF_TRAINING.test(entry.name)) removeAll(path)
    else if (entry.isDirectory()) removeBelow(path)
  }
}

/** Removes everything of this kind from a folder in which nothing is being written; what is held goes another time. */
export function removeAllPartials(folder: string): void {
  removeFrom(folder, () => true, removeIfFree)
}

function removeFrom(folder: string, isMeant: (name: string) => boolean, remove = removeAll): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (PARTIAL.test(name) && isMeant(name)) remove(join(folder, name))
  }
}
