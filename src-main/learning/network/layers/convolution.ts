import type { LayerRow } from './layer-row.ts'
import { at, kernel, product, vector, windowed } from './row-parts.ts'

export const conv2dRow: LayerRow<'Conv2D'> = {
  inputs: 'one',
  rank: 3,
  outputShape(config, [input]) {
    const size = windowed(input, config.kernel_size, config)
    return typeof size === 'string' ? size : [...size, config.filters]
  },
  weights(config, [input]) {
    const shape = [...config.kernel_size, at(input, 2), config.filters]
    const area = product(config.kernel_size)
    const fans: [number, number] = [area * at(input, 2), area * config.filters]
    const weights = [kernel('kernel', shape, config.kernel_initializer, fans)]
    return config.use_bias ? [...weights, vector('bias', config.filters, 'zeros')] : weights
  },
  multiplyAdds: (config, [input], output) => product(output) * product(config.kernel_size) * at(input, 2),
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
