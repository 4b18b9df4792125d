import type { Tf } from '../../runtime.ts'

/** TensorFlow works on a typed array where it lies if that begins at a multiple of 64 bytes, and on a copy of it otherwise. */
const FLOATS_APART = 16

/** Room for `length` numbers that TensorFlow needs no copy of: 100,000 rows of 1,280 would take a tenth of a second and 512 MB each time.
 *  JavaScript does not see addresses, so a place is tried by writing to the array and looking at the tensor. Where none is found (pure-JavaScript tfjs) all works, with copies. */
export function alignedFloats(tf: Tf, length: number): Float32Array {
  const buffer = new ArrayBuffer((length + FLOATS_APART) * 4)
  for (let shift = 0; shift < FLOATS_APART; shift++) {
    if (isUsedInPlace(tf, new Float32Array(buffer, shift * 4, 1))) return new Float32Array(buffer, shift * 4, length)
  }
  return new Float32Array(buffer, 0, length)
}

function isUsedInPlace(tf: Tf, place: Float32Array): boolean {
  place[0] = 1
  const seen = tf.tidy(() => {
    const x = tf.tensor1d(place)
    // The first operation hands the array over.
    tf.neg(x)
    place[0] = 2
    return tf.neg(x)
  })
  const value = seen.dataSync()[0]
  seen.dispose()
  place[0] = 0
  return value === -2
}
