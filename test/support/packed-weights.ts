import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { afterAll } from 'vitest'

export const WEIGHTS_FOLDER = fileURLToPath(new URL('../fixtures/imports/keras-weights', import.meta.url))

/** The files of keras-weights/mobilenet.zip, in a folder that is gone after the tests: `whole` and `without` its classifier, as `.weights.h5` of
 *  Keras 3 and as legacy `.h5`. */
export function unpackWeights(): string {
  const folder = mkdtempSync(join(tmpdir(), 'graft-keras-weights-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const files = unzipSync(readFileSync(join(WEIGHTS_FOLDER, 'mobilenet.zip')))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  return folder
}
