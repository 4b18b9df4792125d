import type { LayerConfig } from '../layer-config.ts'
import type { LayerRow, Shape, WeightSpec } from './layer-row.ts'
import { at, keep, KERNEL_INITIALIZERS, perValue, vector } from './row-parts.ts'

export const batchNormalizationRow: LayerRow<'BatchNormalization'> = {
  inputs: 'one',
  rank: null,
  outputShape: alongLastAxis,
  weights(config, [input]) {
    const size = at(input, -1)
    return [
      ...scaleAndCentre(config, size),
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
    return scaleAndCentre(config, at(input, -1))
  },
  multiplyAdds: perValue,
}

function scaleAndCentre(
  { scale, center, gamma_initializer: gamma }: LayerConfig<'BatchNormalization' | 'LayerNormalization'>,
  size: number,
): WeightSpec[] {
  return [
    ...(scale ? [vector('gamma', size, KERNEL_INITIALIZERS[gamma])] : []),
    ...(center ? [vector('beta', size, 'zeros')] : []),
  ]
}

function alongLastAxis(config: { axis: number | [number] }, inputs: readonly Shape[]): number[] | string {
  const axis = typeof config.axis === 'number' ? config.axis : config.axis[0]
  const rank = inputs[0]?.length ?? 0
  return axis === -1 || axis === rank ? keep(config, inputs) : 'axis to be the last one (-1)'
}
