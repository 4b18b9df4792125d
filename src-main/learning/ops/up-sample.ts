import type { Tensor, Tensor4D, Tf } from '../runtime.ts'

/** Each pixel `height` x `width` times: (B, H, W, C) -> (B, height H, width W, C). By broadcasting: the gradient of
 *  ResizeNearestNeighbor is another one in tfjs' own kernels. */
export function upSampleNearest(tf: Tf, x: Tensor4D, [height, width]: [number, number]): Tensor4D {
  const [batch, rows, columns, channels] = x.shape
  const apart = tf.reshape(x, [batch * rows, 1, columns, 1, channels])
  const repeated = tf.mul(apart, tf.ones([1, height, 1, width, 1]))
  return tf.reshape(repeated, [batch, rows * height, columns * width, channels])
}

/** Linear between the middles of pixels, as Keras and PyTorch (align_corners=False) do it; beyond the outermost ones their value.
 *  As two products with matrices: tfjs' own gradient of ResizeBilinear is that of another placing of pixels. */
export function upSampleBilinear(tf: Tf, x: Tensor4D, [height, width]: [number, number]): Tensor4D {
  const [batch, rows, columns, channels] = x.shape
  // (B, H, W C) -> (B, H', W C) -> (B H', W, C) -> (B H', W', C)
  const tall = times(tf, interpolation(rows, height), tf.reshape(x, [batch, rows, columns * channels]))
  const wide = times(tf, interpolation(columns, width), tf.reshape(tall, [batch * rows * height, columns, channels]))
  return tf.reshape(wide, [batch, rows * height, columns * width, channels])
}

/** matrix (M, N) times each of x (B, N, C): (B, M, C). */
function times(tf: Tf, matrix: readonly number[][], x: Tensor): Tensor {
  const each = tf.tile(tf.tensor3d([matrix as number[][]]), [x.shape[0]!, 1, 1])
  return tf.matMul(each, x)
}

/** Row i: the shares of the old pixels in the new pixel i. */
function interpolation(size: number, factor: number): number[][] {
  return Array.from({ length: size * factor }, (_, i) => {
    const place = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1)
    return Array.from({ length: size }, (__, k) => Math.max(0, 1 - Math.abs(place - k)))
  })
}
