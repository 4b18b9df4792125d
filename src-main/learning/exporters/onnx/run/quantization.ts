import type { Tensor, Tf } from '../../../runtime.ts'
import type { Runner } from './runner.ts'

/** saturate(round(x / scale) + zero point), ties to even, of one scale: Graft writes it with zero points of uint8 alone. */
export const quantizeLinear: Runner = ({ tf, inputs }) => {
  const [x, scale, zeroPoint] = inputs as [Tensor, Tensor, Tensor]
  const steps = tf.add(tf.round(tf.div(x, scale)), tf.cast(zeroPoint, 'float32'))
  return tf.minimum(tf.maximum(steps, 0), 255)
}

/** (stored - zero point) scale, of one scale or one a slice along `axis`. */
export const dequantizeLinear: Runner = ({ attributes, inputs, tf }) => {
  const [stored, scale, zeroPoint] = inputs as [Tensor, Tensor, Tensor]
  const axis = attributes.get('axis')?.integer ?? 0
  const along = (numbers: Tensor) => alongAxis(tf, tf.cast(numbers, 'float32'), axis, stored.rank)
  return tf.mul(tf.sub(tf.cast(stored, 'float32'), along(zeroPoint)), along(scale))
}

function alongAxis(tf: Tf, numbers: Tensor, axis: number, rank: number): Tensor {
  if (numbers.rank === 0) return numbers
  return tf.reshape(
    numbers,
    Array.from({ length: rank }, (_, at) => (at === axis ? numbers.size : 1)),
  )
}
