import type { Layer, LayerType, Network } from '../../contract/network.ts'

/** Collects layers in order; each layer takes the last one as its input unless told otherwise. */
export interface NetworkBuilder {
  /** The layers that follow belong to this block. */
  block(name: string, label: string): void
  /** Adds a layer and returns its name. */
  add(name: string, type: LayerType, config?: Record<string, unknown>, inputs?: string[]): string
  /** Name of the layer added last. */
  last(): string
  /** Ends the network. `features` is the default cut; `outputs` default to the last layer. */
  finish(features: string, outputs?: string[]): Network
}

export function networkBuilder(name: string, shape: number[]): NetworkBuilder {
  const blocks: Network['blocks'] = []
  const layers: Layer[] = []
  const last = (): string => layers.at(-1)!.name
  const builder: NetworkBuilder = {
    block: (block, label) => void blocks.push({ name: block, label }),
    add(layer, type, config = {}, inputs = [last()]) {
      layers.push({ name: layer, type, config, inputs, block: blocks.at(-1)!.name })
      return layer
    },
    last,
    finish: (features, outputs = [last()]) => ({ name, blocks, layers, outputs, features }),
  }
  builder.block('input', 'Input')
  builder.add('input', 'InputLayer', { shape }, [])
  return builder
}

export interface NormalizedConvolution {
  filters: number
  kernel: number
  stride?: number
  /** Keras' padding. */
  padding?: 'same' | 'valid'
  activation: 'relu' | 'relu6' | 'none'
  epsilon: number
  /** Of the moving averages: share kept per step. */
  momentum: number
}

/** Convolution without bias, BatchNormalization, activation: `<name>`, `<name>_bn`, `<name>_relu`. */
export function addConvolution(builder: NetworkBuilder, name: string, options: NormalizedConvolution): string {
  builder.add(name, 'Conv2D', {
    filters: options.filters,
    kernel_size: [options.kernel, options.kernel],
    strides: [options.stride ?? 1, options.stride ?? 1],
    padding: options.padding ?? 'same',
    use_bias: false,
    kernel_initializer: 'he_normal',
  })
  return addNormalization(builder, name, options)
}

/** The same, one filter per channel. */
export function addDepthwise(
  builder: NetworkBuilder,
  name: string,
  options: Omit<NormalizedConvolution, 'filters'>,
): string {
  builder.add(name, 'DepthwiseConv2D', {
    kernel_size: [options.kernel, options.kernel],
    strides: [options.stride ?? 1, options.stride ?? 1],
    padding: options.padding ?? 'same',
    use_bias: false,
    depthwise_initializer: 'he_normal',
  })
  return addNormalization(builder, name, options)
}

type Normalization = Pick<NormalizedConvolution, 'activation' | 'epsilon' | 'momentum'>

function addNormalization(builder: NetworkBuilder, name: string, options: Normalization): string {
  builder.add(`${name}_bn`, 'BatchNormalization', { epsilon: options.epsilon, momentum: options.momentum })
  if (options.activation === 'none') return builder.last()
  return builder.add(`${name}_relu`, 'ReLU', options.activation === 'relu6' ? { max_value: 6 } : {})
}
