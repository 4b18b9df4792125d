import type { StateTensor } from './state-dict.ts'
import { transpose } from './transpose.ts'

export interface Arranged {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** Reads a tensor of PyTorch in the layout of one of our weights. */
export type Arrange = (tensor: StateTensor) => Arranged

/** As it is. */
export const asIs: Arrange = (tensor) => ({ shape: tensor.shape, values: tensor.read() })

/** Another order of the axes. */
export const transposed =
  (...order: number[]): Arrange =>
  (tensor) => {
    if (tensor.shape.length !== order.length) return asIs(tensor)
    return transpose(tensor.shape, tensor.read(), order)
  }

/** All numbers along one axis. */
export const flat: Arrange = (tensor) => {
  const values = tensor.read()
  return { shape: [values.length], values }
}

/** Without the first axis, which is 1. */
export const withoutBatch: Arrange = (tensor) => ({ shape: tensor.shape.slice(1), values: tensor.read() })

/** Convolution OIHW -> HWIO, depthwise [C, 1, h, w] -> [h, w, C, 1], Linear [out, in] -> [in, out]. */
export const CONVOLUTION = transposed(2, 3, 1, 0)
export const DEPTHWISE = transposed(2, 3, 0, 1)
export const LINEAR = transposed(1, 0)

/** Linear on a flattened map of channels-first, for one of channels-last: [out, C x H x W] -> [H x W x C, out]. */
export const linearAfterFlatten =
  (channels: number, height: number, width: number): Arrange =>
  (tensor) => {
    const [units = 0] = tensor.shape
    const { values } = transpose([units, channels, height, width], tensor.read(), [2, 3, 1, 0])
    return { shape: [height * width * channels, units], values }
  }

/** Of a joint Linear for queries, keys and values [3d, d], the part of one of them (0, 1, 2): [d, heads, d / heads]; of its bias [heads, d / heads]. */
export const attentionPart =
  (part: number, heads: number): Arrange =>
  (tensor) => {
    const [rows = 0, width = 1] = tensor.shape
    const size = rows / 3
    const values = tensor.read().slice(part * size * width, (part + 1) * size * width)
    if (tensor.shape.length === 1) return { shape: [heads, size / heads], values }
    return { shape: [width, heads, size / heads], values: transpose([size, width], values, [1, 0]).values }
  }

/** The Linear behind attention: [d, heads x size] -> [heads, size, d]. */
export const attentionOutput =
  (heads: number): Arrange =>
  (tensor) => {
    const { shape, values } = LINEAR(tensor)
    const [inputs = 0, outputs = 0] = shape
    return { shape: [heads, inputs / heads, outputs], values }
  }
