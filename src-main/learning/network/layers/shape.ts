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

export const cropping2dRow: LayerRow<'Cropping2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape({ cropping: [vertical, horizontal] }, [input]) {
    const size = [at(input, 0) - vertical[0] - vertical[1], at(input, 1) - horizontal[0] - horizontal[1]]
    return Math.min(...size) >= 1 ? [...size, at(input, 2)] : 'an input larger than what is cropped'
  },
  weights: none,
  multiplyAdds: free,
}

export const upSampling2dRow: LayerRow<'UpSampling2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape: ({ size }, [input]) => [at(input, 0) * size[0], at(input, 1) * size[1], at(input, 2)],
  weights: none,
  multiplyAdds: free,
}

export const reshapeRow: LayerRow<'Reshape'> = {
  inputs: 'one',
  rank: null,
  outputShape({ target_shape: target }, [input]) {
    const size = product(input ?? [])
    const known = product(target.filter((value) => value !== -1))
    const shape = target.map((value) => (value === -1 ? size / known : value))
    return product(shape) === size && shape.every(Number.isInteger)
      ? shape
      : `as many values as target_shape [${target.join(', ')}] has`
  },
  weights: none,
  multiplyAdds: free,
}
