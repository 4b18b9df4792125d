import type { Layer, NewLayer } from '../../contract/network.ts'
import type { Pooling } from './pooling-layer.ts'

export interface Place {
  /** Names start with it: `<prefix>_dense`, `<prefix>_bn` ... */
  readonly prefix: string
  readonly block: string
  readonly input: string
  /** What a dense layer gets before it; null: nothing. */
  readonly pooling: Pooling | null
}

/** The layers that one new layer of a spec stands for, in order: convolution or dense, BatchNorm, activation, dropout.
 *  A dense layer after a map or tokens gets their pooling before it. */
export function expandNewLayer(wanted: NewLayer, place: Place): Layer[] {
  const layers: Layer[] = []
  const add = (suffix: string, type: Layer['type'], config: Record<string, unknown>): void => {
    const input = layers.at(-1)?.name ?? place.input
    layers.push({ name: `${place.prefix}_${suffix}`, type, config, inputs: [input], block: place.block })
  }
  const kernel = {
    use_bias: !wanted.batchNorm,
    kernel_initializer: isRectifier(wanted.activation) ? 'he_normal' : 'glorot_uniform',
  }
  if (wanted.type === 'dense') {
    if (place.pooling !== null) add('pool', place.pooling.type, place.pooling.config)
    add('dense', 'Dense', { units: wanted.units, ...kernel })
  } else {
    const { filters, kernelSize, stride } = wanted
    const size = { filters, kernel_size: [kernelSize, kernelSize], strides: [stride, stride], padding: 'same' }
    add('conv', 'Conv2D', { ...size, ...kernel })
  }
  // Moving averages keep 0.9 a step: new layers are trained shortly, and Keras' 0.99 would still hold the start.
  if (wanted.batchNorm) add('bn', 'BatchNormalization', { momentum: 0.9 })
  if (wanted.activation !== 'linear') add('activation', 'Activation', { activation: wanted.activation })
  if (wanted.dropout > 0) add('dropout', 'Dropout', { rate: wanted.dropout })
  return layers
}

function isRectifier(activation: NewLayer['activation']): boolean {
  return ['relu', 'relu6', 'gelu', 'silu'].includes(activation)
}
