import type { LayerRow } from './layer-row.ts'
import { at, none, product, windowed } from './row-parts.ts'

export function poolingRow<T extends 'MaxPooling2D' | 'AveragePooling2D'>(): LayerRow<T> {
  return {
    inputs: 'one',
    rank: 3,
    outputShape(config, [input]) {
      const strides = config.strides ?? config.pool_size
      const size = windowed(input, config.pool_size, { strides, padding: config.padding })
      return typeof size === 'string' ? size : [...size, at(input, 2)]
    },
    weights: none,
    multiplyAdds: (config, _inputs, output) => product(output) * product(config.pool_size),
  }
}

export const globalAveragePooling2dRow: LayerRow<'GlobalAveragePooling2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape: (_config, [input]) => [at(input, 2)],
  weights: none,
  multiplyAdds: (_config, [input]) => product(input ?? []),
}
