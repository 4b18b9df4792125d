import type { LayerRow } from './layer-row.ts'
import { at, kernel, vector } from './row-parts.ts'

export const denseRow: LayerRow<'Dense'> = {
  inputs: 'one',
  rank: 1,
  outputShape: (config) => [config.units],
  weights(config, [input]) {
    const shape = [at(input, 0), config.units]
    const weights = [kernel('kernel', shape, config.kernel_initializer, [at(input, 0), config.units])]
    return config.use_bias ? [...weights, vector('bias', config.units, 'zeros')] : weights
  },
  multiplyAdds: (config, [input]) => at(input, 0) * config.units,
}
