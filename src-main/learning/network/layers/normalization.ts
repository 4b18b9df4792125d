import type { LayerRow, Shape } from './layer-row.ts'
import { at, keep, KERNEL_INITIALIZERS, perValue, vector } from './row-parts.ts'

export const batchNormalizationRow: LayerRow<'BatchNormalization'> = {
  inputs: 'one',
  rank: null,
  outputShape: alongLastAxis,
  weights(config, [input]) {
    const size = at(input, -1)
    return [
      ...(config.scale ? [vector('gamma', size, KERNEL_INITIALIZERS[config.gamma_initializer])] : []),
      ...(config.center ? [vector('beta', size, 'zeros')] : []),
      vector('moving_mean', size, 'zeros', false),
      vector('moving_variance', size, 'ones', false),
    ]
  },
  multiplyAdds: perValue,
}

export const layerNormalizationRow: LayerRow<'LayerNormalization'> = {
  inputs: 'one',
  rank: null,
  outputShape: alongLastAxis,
  weights(config, [input]) {
    const size = at(input, -1)
    return [
      ...(config.scale ? [vector('gamma', size, KERNEL_INITIALIZERS[config.gamma_initializer])] : []),
      ...(config.center ? [vector('beta', size, 'zeros')] : []),
    ]
  },
  multiplyAdds: perValue,
}

function alongLastAxis(config: { axis: number | [number] }, inputs: readonly Shape[]): number[] | string {
  const axis = typeof config.axis === 'number' ? config.axis : config.axis[0]
  const rank = inputs[0]?.length ?? 0
  return axis === -1 || axis === rank ? keep(config, inputs) : 'axis to be the last one (-1)'
}
