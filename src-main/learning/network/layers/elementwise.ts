import type { LayerRow, Shape } from './layer-row.ts'
import { at, keep, perValue, product, UNARY, vector } from './row-parts.ts'

const fitsChannels = (values: number | readonly number[], input: Shape | undefined): boolean =>
  typeof values === 'number' || values.length === 1 || values.length === at(input, -1)

export const rescalingRow: LayerRow<'Rescaling'> = {
  ...UNARY,
  outputShape: (config, inputs) =>
    [config.scale, config.offset].every((values) => fitsChannels(values, inputs[0]))
      ? keep(config, inputs)
      : 'scale and offset as numbers, or one for each channel',
  multiplyAdds: perValue,
}

export const normalizationRow: LayerRow<'Normalization'> = {
  ...UNARY,
  outputShape: (config, inputs) =>
    [config.mean, config.variance].every((values) => fitsChannels(values, inputs[0]))
      ? keep(config, inputs)
      : 'mean and variance as numbers, or one for each channel',
  multiplyAdds: perValue,
}

export const preluRow: LayerRow<'PReLU'> = {
  inputs: 'one',
  rank: null,
  outputShape: (config, inputs) =>
    config.shared_axes.every((axis) => axis <= (inputs[0]?.length ?? 0))
      ? keep(config, inputs)
      : 'shared_axes among its axes',
  weights({ shared_axes: shared }, [input]) {
    const shape = (input ?? []).map((size, axis) => (shared.includes(axis + 1) ? 1 : size))
    const size = product(shape)
    return [{ name: 'alpha', shape, initializer: 'zeros', fanIn: size, fanOut: size, trainable: true }]
  },
  multiplyAdds: perValue,
}

export const layerScaleRow: LayerRow<'LayerScale'> = {
  inputs: 'one',
  rank: null,
  outputShape: keep,
  weights: ({ init_values: value }, [input]) => [{ ...vector('gamma', at(input, -1), 'constant'), value }],
  multiplyAdds: perValue,
}
