import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { systemError } from '../system-error.ts'
import { laterWhenFree, untilFree } from './until-free.ts'

/** Removes a file, where there is one. */
export function removeFile(path: string): void {
  untilFree(() => rmSync(path, { force: true }))
}

/** Removes a file or a folder with everything in it, where there is one. */
export function removeAll(path: string): void {
  untilFree(() => rmSync(path, { recursive: true, force: true }))
}

/** The same without stopping the process meanwhile. */
export function removeLater(path: string): Promise<void> {
  return laterWhenFree(() => rm(path, { recursive: true, force: true }))
}

/** Removes what costs nothing but its space, and is removed another time, where it is held now. */
export function removeIfFree(path: string): void {
  try {
    removeAll(path)
  } catch (error) {
    if (systemError(error) === null) throw error
  }
}
