import type { StateTensor } from './state-dict.ts'

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

/** One axis more or less: the same numbers. */
export const reshaped =
  (...shape: number[]): Arrange =>
  (tensor) => ({ shape, values: tensor.read() })

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

function transpose(shape: readonly number[], values: Float32Array, order: readonly number[]): Arranged {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const size = order.map((axis) => shape[axis]!)
  const step = order.map((axis) => strides[axis]!)
  const out = new Float32Array(values.length)
  const index = size.map(() => 0)
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = values[from]!
    for (let axis = size.length - 1; axis >= 0; axis--) {
      from += step[axis]!
      if (++index[axis]! < size[axis]!) break
      from -= step[axis]! * size[axis]!
      index[axis] = 0
    }
  }
  return { shape: size, values: out }
}
