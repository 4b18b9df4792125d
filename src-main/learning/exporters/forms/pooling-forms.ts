import { layerConfig } from '../../network/layer-config.ts'
import type { Form } from './rewrite.ts'

type Sides = readonly [number, number]

/** Keras pads by `same` or not at all: other padding is a ZeroPadding2D where 0 can be no maximum. */
export const paddedPoolForm: Form = (layer, { shape, isNonNegative }) => {
  if (layer.type !== 'MaxPooling2D' && layer.type !== 'AveragePooling2D') return null
  const { padding, pool_size: pool, strides } = layerConfig(layer, 'MaxPooling2D')
  if (typeof padding === 'string') return null
  const isNone = padding.flat().every((size) => size === 0)
  const isSame = padding.every((sides, axis) =>
    isSamePadding(sides, shape[axis]!, pool[axis]!, (strides ?? pool)[axis]!),
  )
  const plain = (how: 'valid' | 'same') => ({
    name: 'pool',
    type: layer.type,
    config: { ...layer.config, padding: how },
  })
  if (isNone || isSame) return { steps: [plain(isNone ? 'valid' : 'same')] }
  if (layer.type === 'AveragePooling2D') return 'its padding does not count into the average, and is not that of "same"'
  if (!isNonNegative) return 'its padding must not be the maximum, and what it pools may be negative'
  return { steps: [{ name: 'padded', type: 'ZeroPadding2D', config: { padding } }, plain('valid')] }
}

/** TensorFlow's rule: as much as the last window needs, the odd one at the end. */
function isSamePadding([before, after]: Sides, size: number, pool: number, stride: number): boolean {
  const needed = Math.max((Math.ceil(size / stride) - 1) * stride + pool - size, 0)
  return before === Math.floor(needed / 2) && after === needed - before
}

/** A global pooling that keeps its axes, as one that does not and a Reshape. */
export const keptAxesForm: Form = (layer, { shape }) => {
  const { keepdims: keeps, ...config } = layer.config
  if (keeps !== true) return null
  return {
    steps: [
      { name: 'pool', type: layer.type, config },
      { name: 'kept', type: 'Reshape', config: { target_shape: [...shape.slice(0, -1).map(() => 1), shape.at(-1)] } },
    ],
  }
}
