import { readFileSync, writeFileSync } from 'node:fs'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { alignedFloats } from '../../../src-main/learning/labelling/features/aligned-floats.ts'
import type { Tf } from '../../../src-main/learning/runtime.ts'

export const COLUMNS = 1280
/** Directions in which the features vary, before the rectifier. */
const HIDDEN = 64
const BLOCK = 5000

/** Features as a network's last layer has them: rectified, correlated, in as many groups as there are classes, which overlap a little. Row i is of
 *  class i mod `classes`. */
export function writeFeatures(tf: Tf, path: string, rows: number, classes: number): void {
  const random = seededRandom(1)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Float32Array.from({ length: classes * HIDDEN }, normal)
  const spread = tf.tensor2d(Float32Array.from({ length: HIDDEN * COLUMNS }, normal), [HIDDEN, COLUMNS])
  writeFileSync(path, '')
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from)
    const hidden = Float32Array.from({ length: count * HIDDEN }, (_, at) => {
      const label = (from + Math.floor(at / HIDDEN)) % classes
      return centres[label * HIDDEN + (at % HIDDEN)]! + 1.2 * normal()
    })
    const block = tf.tidy(() => tf.relu(tf.matMul(tf.tensor2d(hidden, [count, HIDDEN]), spread)))
    const values = block.dataSync<'float32'>()
    writeFileSync(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), { flag: 'a' })
    block.dispose()
  }
  spread.dispose()
}

export function readFeatures(tf: Tf, path: string): Float32Array {
  const bytes = readFileSync(path)
  const values = alignedFloats(tf, bytes.length / 4)
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes)
  return values
}
