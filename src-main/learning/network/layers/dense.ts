import type { LayerRow } from './layer-row.ts'
import { at, kernel, product, vector } from './row-parts.ts'

export const denseRow: LayerRow<'Dense'> = {
  inputs: 'one',
  rank: null,
  outputShape: (config, [input]) => [...(input ?? []).slice(0, -1), config.units],
  weights(config, [input]) {
    const shape = [at(input, -1), config.units]
    const weights = [kernel('kernel', shape, config.kernel_initializer, [at(input, -1), config.units])]
    return config.use_bias ? [...weights, vector('bias', config.units, 'zeros')] : weights
  },
  multiplyAdds: (_config, [input], output) => at(input, -1) * product(output),
}
