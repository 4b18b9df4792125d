import type { Initializer, Shape, WeightSpec } from './layer-row.ts'

export const KERNEL_INITIALIZERS = {
  glorot_uniform: 'glorotUniform',
  he_normal: 'heNormal',
  he_uniform: 'heUniform',
  truncated_normal: 'truncatedNormal',
  zeros: 'zeros',
  ones: 'ones',
} as const

export type KerasInitializer = keyof typeof KERNEL_INITIALIZERS

export const at = (shape: Shape | undefined, index: number): number => shape?.at(index) ?? 0
export const product = (shape: Shape): number => shape.reduce((total, value) => total * value, 1)

/** A row without weights. */
export const none = (): WeightSpec[] => []
/** A multiply-add per value of the output. */
export const perValue = (_config: unknown, _inputs: readonly Shape[], output: Shape): number => product(output)
/** No multiply-adds. */
export const free = (): number => 0
/** The output has the shape of the first input. */
export const keep = (_config: unknown, inputs: readonly Shape[]): number[] => [...(inputs[0] ?? [])]

/** What is alike in rows of one input that change values one by one. */
export const UNARY = { inputs: 'one', rank: null, outputShape: keep, weights: none, multiplyAdds: free } as const

export function kernel(
  name: WeightSpec['name'],
  shape: Shape,
  how: KerasInitializer,
  fans: [number, number],
): WeightSpec {
  return { name, shape, initializer: KERNEL_INITIALIZERS[how], fanIn: fans[0], fanOut: fans[1], trainable: true }
}

export function vector(name: WeightSpec['name'], size: number, initializer: Initializer, trainable = true): WeightSpec {
  return { name, shape: [size], initializer, fanIn: size, fanOut: size, trainable }
}

interface Windowed {
  strides: [number, number]
  padding: 'same' | 'valid'
}

/** Height and width behind a sliding window, or what was expected. Keras: `same` gives ceil(n / stride), `valid` gives
 *  floor((n - window) / stride) + 1. */
export function windowed(input: Shape | undefined, window: [number, number], how: Windowed): [number, number] | string {
  const height = windowedSize(at(input, 0), window[0], how.strides[0], how.padding)
  const width = windowedSize(at(input, 1), window[1], how.strides[1], how.padding)
  if (height >= 1 && width >= 1) return [height, width]
  return `an input of at least ${window[0]} x ${window[1]} pixels`
}

function windowedSize(size: number, window: number, stride: number, padding: 'same' | 'valid'): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1
}
