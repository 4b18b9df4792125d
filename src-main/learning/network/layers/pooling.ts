import type { LayerRow } from './layer-row.ts'
import { at, none, product, windowed } from './row-parts.ts'

export function poolingRow<T extends 'MaxPooling2D' | 'AveragePooling2D'>(): LayerRow<T> {
  return {
    inputs: 'one',
    rank: 3,
    outputShape(config, [input]) {
      const { pool_size: pool, padding } = config
      const strides = config.strides ?? pool
      const isTooWide = typeof padding === 'object' && padding.some((sides, axis) => Math.max(...sides) >= pool[axis]!)
      if (isTooWide) return 'a padding on each side that is smaller than the pool'
      const size = windowed(input, pool, { strides, padding })
      return typeof size === 'string' ? size : [...size, at(input, 2)]
    },
    weights: none,
    multiplyAdds: (config, _inputs, output) => product(output) * product(config.pool_size),
  }
}

export function globalPoolingRow<T extends 'GlobalAveragePooling2D' | 'GlobalMaxPooling2D'>(): LayerRow<T> {
  return {
    inputs: 'one',
    rank: 3,
    outputShape: ({ keepdims = false }, [input]) => (keepdims ? [1, 1, at(input, 2)] : [at(input, 2)]),
    weights: none,
    multiplyAdds: (_config, [input]) => product(input ?? []),
  }
}
