import { isAbsolute, resolve } from 'node:path'
import type { App } from '../app.ts'

/** Where something is to be written: a path, which need not exist yet, or what the host gave for one (a folder chosen in a native
 *  dialog). Throws E_SOURCE_PATH. */
export function placeToWrite(app: App, source: string): string {
  return isAbsolute(source) ? resolve(source) : app.ports.sources.resolve(source)
}
