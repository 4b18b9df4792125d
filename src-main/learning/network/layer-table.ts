import type { LayerType } from '../../contract/network.ts'
import type { LayerConfig } from './layer-config.ts'

export type Initializer = 'glorotUniform' | 'heNormal' | 'heUniform' | 'zeros' | 'ones'

/** One weight of a layer. Layouts are Keras' (contract/network.ts). */
export interface WeightSpec {
  readonly name: 'kernel' | 'depthwise_kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance'
  readonly shape: readonly number[]
  readonly initializer: Initializer
  /** Inputs and outputs of one unit, for the initializer: glorot limit = sqrt(6 / (fanIn + fanOut)), he std = sqrt(2 / fanIn). */
  readonly fanIn: number
  readonly fanOut: number
  /** Gradient-trained. Moving averages are not. */
  readonly trainable: boolean
}

type Shape = readonly number[]

/** What is known of a layer type without running it. Shapes leave out the batch axis. */
export interface LayerRow<T extends LayerType> {
  /** How many inputs: exactly one, or at least two. */
  readonly inputs: 'none' | 'one' | 'many'
  /** Ranks that each input may have; null: any. */
  readonly rank: 1 | 3 | null
  /** Output shape, or a sentence that says what was expected instead. */
  outputShape(config: LayerConfig<T>, inputs: readonly Shape[]): number[] | string
  weights(config: LayerConfig<T>, inputs: readonly Shape[]): WeightSpec[]
  /** Multiply-adds for one sample. */
  multiplyAdds(config: LayerConfig<T>, inputs: readonly Shape[], output: Shape): number
}

const KERNEL_INITIALIZERS = {
  glorot_uniform: 'glorotUniform',
  he_normal: 'heNormal',
  he_uniform: 'heUniform',
  zeros: 'zeros',
  ones: 'ones',
} as const

type KerasInitializer = keyof typeof KERNEL_INITIALIZERS

const at = (shape: Shape | undefined, index: number): number => shape?.at(index) ?? 0
const product = (shape: Shape): number => shape.reduce((total, value) => total * value, 1)
const none = (): WeightSpec[] => []
const perValue = (_config: unknown, _inputs: readonly Shape[], output: Shape): number => product(output)
const free = (): number => 0
const keep = (_config: unknown, inputs: readonly Shape[]): number[] => [...(inputs[0] ?? [])]

function kernel(name: WeightSpec['name'], shape: Shape, how: KerasInitializer, fans: [number, number]): WeightSpec {
  return { name, shape, initializer: KERNEL_INITIALIZERS[how], fanIn: fans[0], fanOut: fans[1], trainable: true }
}

function vector(name: WeightSpec['name'], size: number, initializer: Initializer, trainable = true): WeightSpec {
  return { name, shape: [size], initializer, fanIn: size, fanOut: size, trainable }
}

/** Keras: `same` gives ceil(n / stride), `valid` gives floor((n - window) / stride) + 1. */
export function windowedSize(size: number, window: number, stride: number, padding: 'same' | 'valid'): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1
}

interface Windowed {
  strides: [number, number]
  padding: 'same' | 'valid'
}

function windowed(input: Shape | undefined, window: [number, number], how: Windowed): [number, number] | string {
  const height = windowedSize(at(input, 0), window[0], how.strides[0], how.padding)
  const width = windowedSize(at(input, 1), window[1], how.strides[1], how.padding)
  if (height >= 1 && width >= 1) return [height, width]
  return `an input of at least ${window[0]} x ${window[1]} pixels`
}

function poolingRow<T extends 'MaxPooling2D' | 'AveragePooling2D'>(): LayerRow<T> {
  return {
    inputs: 'one',
    rank: 3,
    outputShape(config, [input]) {
      const strides = config.strides ?? config.pool_size
      const size = windowed(input, config.pool_size, { strides, padding: config.padding })
      return typeof size === 'string' ? size : [...size, at(input, 2)]
    },
    weights: none,
    multiplyAdds: (config, _inputs, output) => product(output) * product(config.pool_size),
  }
}

/** Every layer type of the network description. Keras' argument semantics, channels last. */
export const LAYER_TABLE: Readonly<{ [T in LayerType]: LayerRow<T> }> = Object.freeze({
  InputLayer: {
    inputs: 'none',
    rank: null,
    outputShape: (config) => [...config.shape],
    weights: none,
    multiplyAdds: free,
  },
  Conv2D: {
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
  },
  DepthwiseConv2D: {
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
  },
  Dense: {
    inputs: 'one',
    rank: 1,
    outputShape: (config) => [config.units],
    weights(config, [input]) {
      const shape = [at(input, 0), config.units]
      const weights = [kernel('kernel', shape, config.kernel_initializer, [at(input, 0), config.units])]
      return config.use_bias ? [...weights, vector('bias', config.units, 'zeros')] : weights
    },
    multiplyAdds: (config, [input]) => at(input, 0) * config.units,
  },
  BatchNormalization: {
    inputs: 'one',
    rank: null,
    outputShape(config, inputs) {
      const axis = typeof config.axis === 'number' ? config.axis : config.axis[0]
      const rank = inputs[0]?.length ?? 0
      return axis === -1 || axis === rank ? keep(config, inputs) : 'axis to be the last one (-1)'
    },
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
  },
  Activation: { inputs: 'one', rank: null, outputShape: keep, weights: none, multiplyAdds: free },
  ReLU: { inputs: 'one', rank: null, outputShape: keep, weights: none, multiplyAdds: free },
  Add: {
    inputs: 'many',
    rank: null,
    outputShape(config, inputs) {
      const first = JSON.stringify(inputs[0])
      return inputs.every((shape) => JSON.stringify(shape) === first) ? keep(config, inputs) : 'inputs of equal shape'
    },
    weights: none,
    multiplyAdds: perValue,
  },
  Concatenate: {
    inputs: 'many',
    rank: null,
    outputShape(config, inputs) {
      const first = inputs[0] ?? []
      if (config.axis !== -1 && config.axis !== first.length) return 'axis to be the last one (-1)'
      const head = JSON.stringify(first.slice(0, -1))
      const alike = inputs.every((shape) => JSON.stringify(shape.slice(0, -1)) === head)
      if (!alike) return 'inputs that are equal in all but the last axis'
      return [...first.slice(0, -1), inputs.reduce((total, shape) => total + at(shape, -1), 0)]
    },
    weights: none,
    multiplyAdds: free,
  },
  MaxPooling2D: poolingRow<'MaxPooling2D'>(),
  AveragePooling2D: poolingRow<'AveragePooling2D'>(),
  GlobalAveragePooling2D: {
    inputs: 'one',
    rank: 3,
    outputShape: (_config, [input]) => [at(input, 2)],
    weights: none,
    multiplyAdds: (_config, [input]) => product(input ?? []),
  },
  ZeroPadding2D: {
    inputs: 'one',
    rank: 3,
    outputShape({ padding: [vertical, horizontal] }, [input]) {
      return [at(input, 0) + vertical[0] + vertical[1], at(input, 1) + horizontal[0] + horizontal[1], at(input, 2)]
    },
    weights: none,
    multiplyAdds: free,
  },
  Flatten: {
    inputs: 'one',
    rank: null,
    outputShape: (_config, [input]) => [product(input ?? [])],
    weights: none,
    multiplyAdds: free,
  },
  Dropout: { inputs: 'one', rank: null, outputShape: keep, weights: none, multiplyAdds: free },
})
