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

export type Padding = 'valid' | 'same' | readonly [readonly [number, number], readonly [number, number]]

interface Windowed {
  strides: [number, number]
  padding: Padding
}

/** Height and width behind a sliding window, or what was expected. Keras: `same` gives ceil(n / stride), `valid` gives
 *  floor((n - window) / stride) + 1. */
export function windowed(input: Shape | undefined, window: [number, number], how: Windowed): [number, number] | string {
  const sizes = [0, 1].map((axis) => windowedSize(at(input, axis), window[axis]!, how, axis))
  const [height, width] = sizes as [number, number]
  if (height >= 1 && width >= 1) return [height, width]
  return `an input of at least ${window[0]} x ${window[1]} pixels`
}

function windowedSize(size: number, window: number, { strides, padding }: Windowed, axis: number): number {
  if (padding === 'same') return Math.ceil(size / strides[axis]!)
  const added = padding === 'valid' ? 0 : padding[axis]![0] + padding[axis]![1]
  return Math.floor((size + added - window) / strides[axis]!) + 1
}

/** Sizes behind an axis-by-axis combination where an axis of 1 fits any; null: they do not fit. */
export function broadcastShape(shapes: readonly Shape[]): number[] | null {
  const [first = []] = shapes
  if (shapes.some((shape) => shape.length !== first.length)) return null
  const sizes = first.map((_, axis) => Math.max(...shapes.map((shape) => shape[axis]!)))
  const fits = shapes.every((shape) => shape.every((size, axis) => size === 1 || size === sizes[axis]))
  return fits ? sizes : null
}
