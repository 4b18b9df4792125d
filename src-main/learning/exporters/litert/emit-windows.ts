import { product } from '../../network/layers/row-parts.ts'
import type { Pads, Pair } from '../../operations/graph.ts'
import { namedPadding, poolFactors } from '../../operations/pool-factors.ts'
import type { Emission, Of } from './emission.ts'
import { integers, number, outputOf } from './emission.ts'
import { PADDING } from './schema.ts'

/** Convolutions, dense layers and pools: what looks at a window, or at everything, with a kernel. */
export function emitConvolution(emission: Emission, operation: Of<'convolution' | 'depthwiseConvolution'>): void {
  const { name, strides, dilations } = operation
  const [x, kernel, bias] = operation.inputs as [string, string, string]
  const isDepthwise = operation.op === 'depthwiseConvolution'
  const [height, width, perGroup, out] = emission.shapeOf(kernel) as [number, number, number, number]
  const filter = isDepthwise
    ? emission.constant(`${name}:filter`, {
        ...emission.graph.constants.get(kernel)!,
        type: 'float32',
        shape: [1, height, width, perGroup],
      })
    : transposed(emission, `${name}:filter`, { kernel, shape: [out, height, width, perGroup] })
  const padded = paddedInput(emission, operation, { x, size: [height, width], dilations, isLowest: false })
  const code = isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D'
  emission.operator(code, [padded.x, filter, own(emission, `${name}:bias`, bias)], outputOf(emission, name), {
    ...window(padded.padding, strides),
    dilation_h_factor: dilations[0],
    dilation_w_factor: dilations[1],
    ...(isDepthwise ? { depth_multiplier: 1 } : {}),
  })
}

export function emitDense(emission: Emission, { name, inputs }: Of<'dense'>): void {
  const [x, kernel, bias] = inputs as [string, string, string]
  const [width, out] = emission.shapeOf(kernel) as [number, number]
  const weights = transposed(emission, `${name}:weights`, { kernel, shape: [out, width] })
  emission.operator('FULLY_CONNECTED', [x, weights, own(emission, `${name}:bias`, bias)], outputOf(emission, name), {
    keep_num_dims: emission.shapeOf(x).length > 1,
  })
}

export function emitMaxPool(emission: Emission, operation: Of<'maxPool'>): void {
  const { name, size, strides } = operation
  const [x] = operation.inputs as [string]
  const padded = paddedInput(emission, operation, { x, size, dilations: [1, 1], isLowest: true })
  emission.operator('MAX_POOL_2D', [padded.x], outputOf(emission, name), {
    ...window(padded.padding, strides),
    filter_height: size[0],
    filter_width: size[1],
  })
}

/** LiteRT leaves out padded places only where it pads itself: otherwise zeros are averaged too, and the result is scaled up to what counts. */
export function emitAveragePool(emission: Emission, operation: Of<'averagePool'>): void {
  const { name, size, strides } = operation
  const [x] = operation.inputs as [string]
  const padded = paddedInput(emission, operation, { x, size, dilations: [1, 1], isLowest: false })
  const { shape } = outputOf(emission, name)
  const isOwn = padded.x === x
  const pooled = { name: isOwn ? name : `${name}:pooled`, shape }
  emission.operator('AVERAGE_POOL_2D', [padded.x], pooled, {
    ...window(padded.padding, strides),
    filter_height: size[0],
    filter_width: size[1],
  })
  if (isOwn) return
  const scale = emission.constant(`${name}:scale`, {
    type: 'float32',
    shape: [1, shape[0]!, shape[1]!, 1],
    values: () => poolFactors(operation, emission.shapeOf(x), shape),
  })
  emission.operator('MUL', [pooled.name, scale], { name, shape })
}

interface Padding {
  readonly x: string
  readonly padding: number
}

interface Looks {
  readonly x: string
  readonly size: Pair
  readonly dilations: Pair
  /** A padded place is lower than any value, or 0. */
  readonly isLowest: boolean
}

/** LiteRT pads itself as TensorFlow does, SAME or not at all; anything else is an operator before. */
function paddedInput(
  emission: Emission,
  { name, pads, strides }: { name: string; pads: Pads; strides: Pair },
  { x, size, dilations, isLowest }: Looks,
): Padding {
  const [height, width, channels] = emission.shapeOf(x) as [number, number, number]
  const extent: Pair = [(size[0] - 1) * dilations[0] + 1, (size[1] - 1) * dilations[1] + 1]
  const named = namedPadding({ size: extent, strides, pads }, [height, width])
  if (named !== null) return { x, padding: PADDING[named] }
  const [[top, bottom], [left, right]] = pads
  const amounts = integers(emission, `${name}:pads`, [[0, 0], [top, bottom], [left, right], [0, 0]]) // prettier-ignore
  const padded = { name: `${name}:padded`, shape: [height + top + bottom, width + left + right, channels] }
  if (!isLowest) return { x: emission.operator('PAD', [x, amounts], padded), padding: PADDING.valid }
  const lowest = number(emission, `${name}:lowest`, LOWEST)
  return { x: emission.operator('PADV2', [x, amounts, lowest], padded), padding: PADDING.valid }
}

/** The most negative float32. */
const LOWEST = -3.4028234663852886e38

function window(padding: number, [height, width]: Pair): Record<string, number> {
  return { padding, stride_h: height, stride_w: width }
}

function own(emission: Emission, name: string, constant: string): string {
  const { shape, values } = emission.graph.constants.get(constant)!
  return emission.constant(name, { type: 'float32', shape, values })
}

/** [..., in, out] as [out, ..., in]. */
function transposed(
  emission: Emission,
  name: string,
  { kernel, shape }: { kernel: string; shape: readonly number[] },
): string {
  const [columns = 1] = shape
  const rows = product(shape) / columns
  const { values, ...others } = emission.graph.constants.get(kernel)!
  const turned = (): Float32Array => {
    const from = values()
    const to = new Float32Array(from.length)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column]!
    }
    return to
  }
  return emission.constant(name, { ...others, type: 'float32', shape, values: turned })
}
