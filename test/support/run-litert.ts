import type { ReadLiteRt, ReadOperator, ReadTensor } from './read-litert.ts'

interface Value {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

type Kernel = (operator: ReadOperator, inputs: readonly Value[], shape: readonly number[]) => number[]

/** Runs a file of LiteRT in integers, as its specification says, on one item: the numbers of each output. Only the operators in KERNELS. */
export function runLiteRt(file: ReadLiteRt, x: Float32Array): number[][] {
  const values = new Map<string, Value>([[file.input.name, { shape: file.input.shape, values: x }]])
  const valueOf = (tensor: ReadTensor): Value => values.get(tensor.name) ?? constant(tensor)
  for (const operator of file.operators) {
    const { code, inputs, output } = operator
    const kernel = KERNELS[code]
    if (kernel === undefined) throw new Error(`no kernel of ${code}`)
    values.set(output.name, { shape: output.shape, values: kernel(operator, inputs.map(valueOf), output.shape) })
  }
  return file.outputs.map((output) => Array.from(valueOf(output).values))
}

function constant({ type, shape, data }: ReadTensor): Value {
  const buffer = data!.buffer as ArrayBuffer
  const types = { int8: Int8Array, int32: Int32Array, float32: Float32Array } as const
  return { shape, values: new types[type as keyof typeof types](buffer) }
}

const real = ({ scales, zeroPoints }: ReadTensor, stored: number): number => scales[0]! * (stored - zeroPoints[0]!)
const stored = ({ scales, zeroPoints }: ReadTensor, value: number): number =>
  Math.min(Math.max(Math.round(value / scales[0]!) + zeroPoints[0]!, -128), 127)

/** Sums of products in integers, scaled to the output once. */
function accumulated(operator: ReadOperator, sum: number, channel: number): number {
  const [x, weights] = operator.inputs as [ReadTensor, ReadTensor]
  const { output, options } = operator
  const scale = (x.scales[0]! * weights.scales[channel]!) / output.scales[0]!
  const given = Math.round(sum * scale) + output.zeroPoints[0]!
  const lowest = options['fused_activation_function'] === 0 ? -128 : Math.max(output.zeroPoints[0]!, -128)
  return Math.min(Math.max(given, lowest), 127)
}

interface Window {
  readonly row: number
  readonly column: number
}

/** Places of a window that lie in the map. */
function windowOf(
  operator: ReadOperator,
  shape: readonly number[],
  size: readonly [number, number],
  at: Window,
): { place: number; tap: number }[] {
  const { padding, stride_h: down = 1, stride_w: right = 1 } = operator.options
  const [, height = 0, width = 0] = shape
  const out = operator.output.shape
  const before = (axis: number, length: number, kernel: number, stride: number): number =>
    padding === 1 ? 0 : Math.floor(Math.max((out[axis]! - 1) * stride + kernel - length, 0) / 2)
  const [top, left] = [before(1, height, size[0], down), before(2, width, size[1], right)]
  return Array.from({ length: size[0] * size[1] }, (_, tap) => {
    const [y, x] = [at.row * down - top + Math.floor(tap / size[1]), at.column * right - left + (tap % size[1])]
    return { place: y >= 0 && x >= 0 && y < height && x < width ? y * width + x : -1, tap }
  }).filter(({ place }) => place >= 0)
}

function eachPlace(
  [, height = 1, width = 1, channels = 1]: readonly number[],
  value: (at: Window, channel: number) => number,
): number[] {
  return Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels)
    return value({ row: Math.floor(pixel / width), column: pixel % width }, i % channels)
  })
}

const convolution: Kernel = (operator, [x, filter, bias], shape) => {
  const [zero, isDepthwise] = [operator.inputs[0]!.zeroPoints[0]!, operator.code === 'DEPTHWISE_CONV_2D']
  const [, height = 0, width = 0, depth = 0] = filter!.shape
  const channels = x!.shape[3]!
  return eachPlace(shape, (at, channel) => {
    let sum = bias!.values[channel]!
    for (const { place, tap } of windowOf(operator, x!.shape, [height, width], at)) {
      if (isDepthwise) {
        sum += (x!.values[place * channels + channel]! - zero) * filter!.values[tap * depth + channel]!
        continue
      }
      for (let c = 0; c < channels; c++) {
        const weight = filter!.values[(channel * height * width + tap) * depth + c]!
        sum += (x!.values[place * channels + c]! - zero) * weight
      }
    }
    return accumulated(operator, sum, channel)
  })
}

const dense: Kernel = (operator, [x, weights, bias]) => {
  const zero = operator.inputs[0]!.zeroPoints[0]!
  const [out = 0, width = 0] = weights!.shape
  return Array.from({ length: out }, (_, channel) => {
    let sum = bias!.values[channel]!
    for (let i = 0; i < width; i++) sum += (x!.values[i]! - zero) * weights!.values[channel * width + i]!
    return accumulated(operator, sum, channel)
  })
}

const maximum: Kernel = (operator, [x], shape) => {
  const { filter_height: height = 1, filter_width: width = 1 } = operator.options
  return eachPlace(shape, (at, channel) => {
    const places = windowOf(operator, x!.shape, [height, width], at)
    return Math.max(...places.map(({ place }) => x!.values[place * x!.shape[3]! + channel]!))
  })
}

/** By the real numbers of its inputs, two values of one shape, or a value and one number. */
const binary =
  (compute: (a: number, b: number) => number): Kernel =>
  ({ inputs: [a, b], output }, [x, y]) =>
    Array.from(x!.values, (value, i) =>
      stored(output, compute(real(a!, value), real(b!, y!.values[i % y!.values.length]!))),
    )

const softmax: Kernel = ({ inputs: [x], output }, [scores]) => {
  const powers = Array.from(scores!.values, (value) => Math.exp(real(x!, value)))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => stored(output, power / total))
}

const KERNELS: Readonly<Record<string, Kernel>> = {
  QUANTIZE: ({ output }, [x]) => Array.from(x!.values, (value) => stored(output, value)),
  DEQUANTIZE: ({ inputs: [input] }, [x]) => Array.from(x!.values, (value) => real(input!, value)),
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: convolution,
  FULLY_CONNECTED: dense,
  MAX_POOL_2D: maximum,
  RESHAPE: (_, [x]) => Array.from(x!.values),
  LOGISTIC: ({ inputs: [x], output }, [value]) =>
    Array.from(value!.values, (each) => stored(output, 1 / (1 + Math.exp(-real(x!, each))))),
  ADD: binary((a, b) => a + b),
  MUL: binary((a, b) => a * b),
  SOFTMAX: softmax,
}
