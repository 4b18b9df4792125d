import type { Tensor, Tensor4D, Tf } from '../runtime.ts'

/** `[[top, bottom], [left, right]]`: padded places are no maximum and count into no average, as with `same`. */
export type PoolPadding = 'valid' | 'same' | readonly [[number, number], [number, number]]

export interface Pool {
  readonly size: [number, number]
  readonly strides: [number, number]
  readonly padding: PoolPadding
}

/** (B, H, W, C) -> (B, H', W', C). */
export function maxPool(tf: Tf, x: Tensor4D, { size, strides, padding }: Pool): Tensor4D {
  if (typeof padding === 'string') return tf.maxPool(x, size, strides, padding)
  return tf.maxPool(padded(tf, x, padding, -Infinity), size, strides, 'valid')
}

/** (B, H, W, C) -> (B, H', W', C). */
export function averagePool(tf: Tf, x: Tensor4D, { size, strides, padding }: Pool): Tensor4D {
  if (typeof padding === 'string') return tf.avgPool(x, size, strides, padding)
  const y = tf.avgPool(padded(tf, x, padding, 0), size, strides, 'valid')
  return tf.mul(y, shareOfPixels(tf, x, y, { size, strides, padding }))
}

function padded(tf: Tf, x: Tensor4D, [rows, columns]: Exclude<PoolPadding, string>, value: number): Tensor4D {
  return tf.pad4d(x, [[0, 0], rows, columns, [0, 0]], value)
}

/** What an average over a whole window is multiplied with to be one over the pixels in it: (1, H', W', 1). */
function shareOfPixels(tf: Tf, x: Tensor, y: Tensor, { size, strides, padding }: Pool): Tensor4D {
  const along = (axis: 0 | 1): number[] =>
    Array.from({ length: y.shape[axis + 1]! }, (_, i) => {
      const start = i * strides[axis] - (padding as Exclude<PoolPadding, string>)[axis][0]
      const end = Math.min(start + size[axis], x.shape[axis + 1]!)
      return size[axis] / (end - Math.max(start, 0))
    })
  const [rows, columns] = [along(0), along(1)]
  const values = rows.flatMap((row) => columns.map((column) => row * column))
  return tf.tensor4d(values, [1, rows.length, columns.length, 1])
}
