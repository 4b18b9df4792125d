import type { LayerRow } from './layer-row.ts'
import { at, kernel, product, vector, windowed } from './row-parts.ts'

export const conv2dRow: LayerRow<'Conv2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape(config, [input]) {
    const { groups = 1, filters } = config
    if (at(input, 2) % groups !== 0 || filters % groups !== 0) return `channels and filters in ${groups} equal groups`
    const size = windowed(input, config.kernel_size, config)
    return typeof size === 'string' ? size : [...size, filters]
  },
  weights(config, [input]) {
    const channels = at(input, 2) / (config.groups ?? 1)
    const shape = [...config.kernel_size, channels, config.filters]
    const area = product(config.kernel_size)
    const fans: [number, number] = [area * channels, area * config.filters]
    const weights = [kernel('kernel', shape, config.kernel_initializer, fans)]
    return config.use_bias ? [...weights, vector('bias', config.filters, 'zeros')] : weights
  },
  multiplyAdds: (config, [input], output) =>
    (product(output) * product(config.kernel_size) * at(input, 2)) / (config.groups ?? 1),
}

export const depthwiseConv2dRow: LayerRow<'DepthwiseConv2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape(config, [input]) {
    const size = windowed(input, config.kernel_size, config)
    return typeof size === 'string' ? size : [...size, at(input, 2)]
  },
  weights(config, [input]) {
    const area = product(config.kernel_size)
    const shape = [...config.kernel_size, at(input, 2), 1]
    const weights = [kernel('depthwise_kernel', shape, config.depthwise_initializer, [area, area])]
    return config.use_bias ? [...weights, vector('bias', at(input, 2), 'zeros')] : weights
  },
  multiplyAdds: (config, _inputs, output) => product(output) * product(config.kernel_size),
}
