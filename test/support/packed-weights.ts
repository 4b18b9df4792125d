import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll } from 'vitest'

export const WEIGHTS_FOLDER = fileURLToPath(new URL('../fixtures/imports/keras-weights', import.meta.url))

/** The files of keras-weights/mobilenet.br (build/verify-imports/pack-weights.mjs), in a folder that is gone after the tests: `whole` and `without` its classifier, as `.weights.h5` of
 *  Keras 3 and as legacy `.h5`. */
export function unpackWeights(): string {
  const folder = mkdtempSync(join(tmpdir(), 'graft-keras-weights-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const all = brotliDecompressSync(readFileSync(join(WEIGHTS_FOLDER, 'mobilenet.br')))
  let from = all.indexOf('\n') + 1
  const sizes = JSON.parse(all.toString('utf8', 0, from)) as [name: string, size: number][]
  for (const [name, size] of sizes) writeFileSync(join(folder, name), all.subarray(from, (from += size)))
  return folder
}
