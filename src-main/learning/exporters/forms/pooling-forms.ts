import type { Layer } from '../../../contract/network.ts'
import { isSamePadding, paddedPool } from './padded-pool.ts'
import type { Form } from './rewrite.ts'

/** Keras pads by `same` or not at all: other padding is a ZeroPadding2D where 0 can be no maximum (refusals.ts: where it can). */
export const paddedPoolForm: Form = (layer, { shape }) => {
  const named = (how: 'valid' | 'same') => ({
    name: 'pool',
    type: layer.type,
    config: { ...layer.config, padding: how },
  })
  const pool = paddedPool(layer)
  if (pool === null)
    return Array.isArray(layer.config['padding']) && isPooling(layer) ? { steps: [named('valid')] } : null
  if (isSamePadding(pool, shape)) return { steps: [named('same')] }
  return { steps: [{ name: 'padded', type: 'ZeroPadding2D', config: { padding: pool.padding } }, named('valid')] }
}

const isPooling = ({ type }: Layer): boolean => type === 'MaxPooling2D' || type === 'AveragePooling2D'

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
