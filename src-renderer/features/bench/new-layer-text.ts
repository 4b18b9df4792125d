import type { ExperimentSpecInput } from '@contract/spec.ts'

export type NewLayerInput = NonNullable<ExperimentSpecInput['newLayers']>[number]

export const ACTIVATIONS = ['relu', 'relu6', 'tanh', 'sigmoid', 'gelu', 'silu', 'linear'] as const

/** "Dense 128, relu, dropout 0.5" or "Convolution 64, 3×3, stride 2, BatchNorm, relu". */
export function newLayerText(layer: NewLayerInput): string {
  const parts =
    layer.type === 'dense'
      ? [`Dense ${layer.units}`]
      : [
          `Convolution ${layer.filters}`,
          `${layer.kernelSize ?? 3}×${layer.kernelSize ?? 3}`,
          (layer.stride ?? 1) > 1 ? `stride ${layer.stride}` : '',
        ]
  const rest = [
    layer.batchNorm ? 'BatchNorm' : '',
    layer.activation ?? 'relu',
    layer.dropout ? `dropout ${layer.dropout}` : '',
  ]
  return [...parts, ...rest].filter(Boolean).join(', ')
}
