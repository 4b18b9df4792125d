import type { Layer } from '../../../contract/network.ts'
import { layerConfig } from '../../network/layer-config.ts'

type Sides = readonly [number, number]

interface PaddedPool {
  readonly padding: readonly [Sides, Sides]
  readonly pool: Sides
  readonly strides: Sides
}

/** A pooling whose padding is given in pixels; null: it is none, or pads by name or not at all. */
export function paddedPool(layer: Layer): PaddedPool | null {
  if (layer.type !== 'MaxPooling2D' && layer.type !== 'AveragePooling2D') return null
  const { padding, pool_size: pool, strides } = layerConfig(layer, 'MaxPooling2D')
  const isNone = typeof padding === 'string' || padding.flat().every((size) => size === 0)
  return isNone ? null : { padding, pool, strides: strides ?? pool }
}

/** TensorFlow's rule: as much as the last window needs, the odd one at the end. `shape` is the input's. */
export function isSamePadding({ padding, pool, strides }: PaddedPool, shape: readonly number[]): boolean {
  return padding.every(([before, after], axis) => {
    const [size, window, stride] = [shape[axis]!, pool[axis]!, strides[axis]!]
    const needed = Math.max((Math.ceil(size / stride) - 1) * stride + window - size, 0)
    return before === Math.floor(needed / 2) && after === needed - before
  })
}
