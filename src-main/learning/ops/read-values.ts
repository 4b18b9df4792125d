import type { Tensor, Tf } from '../runtime.ts'

/** The numbers of the tensors that `make` gives, which are let go with all that it made. What a tidy gives back is searched for tensors, an array of
 *  numbers one number after the other: that took longer than all else that was done with a large one. So numbers are read behind it. */
export function readValues(tf: Tf, make: () => Tensor[]): Float32Array[] {
  const tensors = tf.tidy(make)
  try {
    return tensors.map((tensor) => tensor.dataSync<'float32'>().slice())
  } finally {
    tf.dispose(tensors)
  }
}
