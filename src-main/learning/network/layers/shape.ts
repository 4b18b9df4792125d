import type { LayerRow } from './layer-row.ts'
import { at, free, none, product } from './row-parts.ts'

export const inputRow: LayerRow<'InputLayer'> = {
  inputs: 'none',
  rank: null,
  outputShape: (config) => [...config.shape],
  weights: none,
  multiplyAdds: free,
}

export const zeroPadding2dRow: LayerRow<'ZeroPadding2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape({ padding: [vertical, horizontal] }, [input]) {
    return [at(input, 0) + vertical[0] + vertical[1], at(input, 1) + horizontal[0] + horizontal[1], at(input, 2)]
  },
  weights: none,
  multiplyAdds: free,
}

export const flattenRow: LayerRow<'Flatten'> = {
  inputs: 'one',
  rank: null,
  outputShape: (_config, [input]) => [product(input ?? [])],
  weights: none,
  multiplyAdds: free,
}
