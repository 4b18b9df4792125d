import type { Tensor, Tf } from '../../../runtime.ts'
import { gatherRows } from '../../../ops/gather-rows.ts'
import type { ImageShape } from './draw.ts'

/** Brightness, then contrast about the image's mean, then (RGB) saturation, cut off at 0 and 255. (B, H, W, C) values 0..255,
 *  factors (B, 3). */
export function changeColour(tf: Tf, x: Tensor, factors: Tensor): Tensor {
  const [brightness, contrast, saturation] = tf.split(tf.reshape(factors, [-1, 3, 1, 1]), 3, 1) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  const bright = tf.mul(x, brightness)
  const mean = tf.mean(bright, [1, 2, 3], true)
  const contrasted = tf.add(tf.mul(tf.sub(bright, mean), contrast), mean)
  if (x.shape.at(-1) === 1) return tf.clipByValue(contrasted, 0, 255)
  const grey = tf.mean(contrasted, 3, true)
  return tf.clipByValue(tf.add(grey, tf.mul(tf.sub(contrasted, grey), saturation)), 0, 255)
}

/** Sets a rectangle of each image to the image's mean. Boxes (B, 4): left, top, right, bottom in pixels; a pixel is inside when
 *  its middle is. */
export function blankBoxes(tf: Tf, x: Tensor, boxes: Tensor, { height, width }: ImageShape): Tensor {
  const [left, top, right, bottom] = tf.split(tf.reshape(boxes, [-1, 4, 1, 1]), 4, 1) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const columns = tf.reshape(tf.tensor1d(Float32Array.from({ length: width }, (_, i) => i + 0.5)), [1, 1, width, 1])
  const rows = tf.reshape(tf.tensor1d(Float32Array.from({ length: height }, (_, i) => i + 0.5)), [1, height, 1, 1])
  const within = (at: Tensor, from: Tensor, to: Tensor) =>
    tf.mul(tf.cast(tf.greaterEqual(at, from), 'float32'), tf.cast(tf.less(at, to), 'float32'))
  const inside = tf.mul(within(columns, left, right), within(rows, top, bottom))
  const mean = tf.mean(x, [1, 2, 3], true)
  return tf.add(x, tf.mul(inside, tf.sub(mean, x)))
}

/** weight * x + (1 - weight) * x[partner], per sample. (B, ...), partner (B) int32, weight (B). */
export function mixSamples(tf: Tf, x: Tensor, partner: Tensor, weight: Tensor): Tensor {
  const share = tf.reshape(weight, [-1, ...new Array<number>(x.rank - 1).fill(1)])
  const other = gatherRows(tf, x, partner)
  return tf.add(other, tf.mul(tf.sub(x, other), share))
}
