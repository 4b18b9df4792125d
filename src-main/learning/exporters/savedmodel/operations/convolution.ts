import { DT_FLOAT } from '../../../ops/native.ts'
import type { Pads, Pair } from '../../../operations/graph.ts'
import type { Call, OperationNodes } from './call.ts'
import { biased, hasBiasOf } from './dense.ts'
import { paddedInput } from './padding.ts'

/** x, kernel and bias: what TensorFlow has no padding for is padded before. */
export const convolution: OperationNodes<'convolution'> = (call, { strides, dilations, pads, groups }) => {
  const { shape, values } = call.constant(1)
  // TensorFlow's kernels for CPUs know dilation only without groups.
  const spread = groups === 1 ? { shape, values } : spreadKernel(shape, values, dilations)
  const rate: Pair = groups === 1 ? dilations : [1, 1]
  return convolve(call, 'Conv2D', { kernel: spread, strides, dilations: rate, pads })
}

/** Where strides differ it is a convolution in as many groups as channels: TensorFlow's own takes equal ones. */
export const depthwiseConvolution: OperationNodes<'depthwiseConvolution'> = (call, { strides, dilations, pads }) => {
  const { shape, values } = call.constant(1)
  const kernel = spreadKernel(shape, values, dilations)
  const [height, width, channels] = kernel.shape as [number, number, number]
  const how = { strides, dilations: [1, 1] as Pair, pads }
  if (strides[0] === strides[1]) return convolve(call, 'DepthwiseConv2dNative', { ...how, kernel })
  return convolve(call, 'Conv2D', { ...how, kernel: { ...kernel, shape: [height, width, 1, channels] } })
}

interface Kernel {
  readonly shape: readonly number[]
  readonly values: () => Float32Array
}

interface How {
  readonly kernel: Kernel
  readonly strides: Pair
  readonly dilations: Pair
  readonly pads: Pads
}

function convolve(call: Call, op: string, { kernel, strides, dilations, pads }: How): string {
  const { writer } = call
  const size = [0, 1].map((axis) => (kernel.shape[axis]! - 1) * dilations[axis]! + 1) as [number, number]
  const { x, padding } = paddedInput(call, { size, strides, pads })
  const weights = writer.floats('kernel', kernel.shape, kernel.values())
  const attributes = {
    T: { type: DT_FLOAT },
    strides: { ints: [1, ...strides, 1] },
    padding: { string: padding },
    data_format: { string: 'NHWC' },
    ...(dilations.some((rate) => rate > 1) ? { dilations: { ints: [1, ...dilations, 1] } } : {}),
  }
  const hasBias = hasBiasOf(call)
  const y = writer.node(hasBias ? 'product' : '', op, [x, weights], attributes)
  return hasBias ? biased(call, y) : y
}

/** [kh, kw, ...] with zeros between its places. */
function spreadKernel(shape: readonly number[], values: () => Float32Array, rate: Pair): Kernel {
  if (rate.every((step) => step === 1)) return { shape, values }
  const [height, width, ...rest] = shape as [number, number, ...number[]]
  const size = rest.reduce((total, count) => total * count, 1)
  const wide = [(height - 1) * rate[0] + 1, (width - 1) * rate[1] + 1] as const
  const spread = (): Float32Array => {
    const [from, to] = [values(), new Float32Array(wide[0] * wide[1] * size)]
    for (let place = 0; place < height * width; place++) {
      const [row, column] = [Math.floor(place / width) * rate[0], (place % width) * rate[1]]
      to.set(from.subarray(place * size, (place + 1) * size), (row * wide[1] + column) * size)
    }
    return to
  }
  return { shape: [...wide, ...rest], values: spread }
}
