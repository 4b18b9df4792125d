import type { Padding } from '../../network/layers/row-parts.ts'
import type { Pads, Pair } from '../graph.ts'

/** Padding in numbers. TensorFlow's `same`: as much as the last window needs, the odd one at the end. */
export function padsOf(padding: Padding, shape: readonly number[], window: Pair, strides: Pair): Pads {
  if (typeof padding === 'object') return padding
  if (padding === 'valid') return [[0, 0], [0, 0]] // prettier-ignore
  const [vertical, horizontal] = [0, 1].map((axis): Pair => {
    const [size, stride] = [shape[axis]!, strides[axis]!]
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + window[axis]! - size, 0)
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
  return [vertical!, horizontal!]
}
