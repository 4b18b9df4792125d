import type { Tensor, Tensor4D, Tf } from '../runtime.ts'

/** A kernel with zeros between its places: (kh, kw, ...) -> ((kh - 1) rate + 1, (kw - 1) rate + 1, ...). A convolution with it is the
 *  dilated one; TensorFlow's own on CPUs has no gradient. */
export function dilateKernel(tf: Tf, kernel: Tensor4D, [rows, columns]: readonly [number, number]): Tensor4D {
  const [height, width, channels, filters] = kernel.shape
  const tall = spread(tf, kernel, [1, height, width * channels * filters], rows)
  const tallHeight = tall.shape[1]!
  const wide = spread(tf, tall, [tallHeight, width, channels * filters], columns)
  return tf.reshape(wide, [tallHeight, wide.shape[1]!, channels, filters])
}

/** Zeros between the places of the middle one of three axes. */
function spread(tf: Tf, x: Tensor, [outer, size, inner]: [number, number, number], rate: number): Tensor {
  const apart = tf.pad(tf.reshape(x, [outer * size, 1, inner]), [[0, 0], [0, rate - 1], [0, 0]]) // prettier-ignore
  return tf.slice(tf.reshape(apart, [outer, size * rate, inner]), [0, 0, 0], [outer, (size - 1) * rate + 1, inner])
}
