import { ACTIVATION_OPS } from '../../../ops/activation.ts'
import { layerNorm } from '../../../ops/layer-norm.ts'
import { upSampleBilinear, upSampleNearest } from '../../../ops/up-sample.ts'
import type { ActivationName } from '../../../network/layer-configs/arguments.ts'
import type { Tensor, Tf } from '../../../runtime.ts'
import { dequantizeLinear, quantizeLinear } from './quantization.ts'
import { float, integer, integers, listed } from './runner.ts'
import type { Runner } from './runner.ts'
import { averagePool, channelsFirst, channelsLast, convolution, maxPool } from './windows.ts'

const curve =
  (name: ActivationName): Runner =>
  ({ tf, inputs }) =>
    ACTIVATION_OPS[name](tf, inputs[0]!)

const binary =
  (run: (tf: Tf, a: Tensor, b: Tensor) => Tensor): Runner =>
  ({ tf, inputs }) =>
    run(tf, inputs[0]!, inputs[1]!)

const reduced =
  (run: (tf: Tf, x: Tensor, axes: number[], keepsAxes: boolean) => Tensor, axes?: number[]): Runner =>
  (call) =>
    axes === undefined
      ? run(call.tf, call.inputs[0]!, [...integers(call, 'axes')], integer(call, 'keepdims') === 1)
      : run(call.tf, call.inputs[0]!, axes, true)

const mean = (tf: Tf, x: Tensor, axes: number[], keepsAxes: boolean) => tf.mean(x, axes, keepsAxes)
const maximum = (tf: Tf, x: Tensor, axes: number[], keepsAxes: boolean) => tf.max(x, axes, keepsAxes)

/** Numbers of each channel, which stand behind the batch. */
const alongChannels = (tf: Tf, numbers: Tensor, rank: number): Tensor =>
  tf.reshape(numbers, [-1, ...Array.from({ length: rank - 2 }, () => 1)])

const batchNormalization: Runner = (call) => {
  const { tf, inputs } = call
  const [x, ...weights] = inputs as [Tensor]
  const [gamma, beta, average, variance] = weights.map((each) => alongChannels(tf, each!, x.rank)) as [Tensor, Tensor, Tensor, Tensor] // prettier-ignore
  const factor = tf.div(gamma, tf.sqrt(tf.add(variance, float(call, 'epsilon'))))
  return tf.add(tf.mul(tf.sub(x, average), factor), beta)
}

const softmax: Runner = (call) => {
  const [x] = call.inputs as [Tensor]
  const axis = integer(call, 'axis')
  const powers = call.tf.exp(call.tf.sub(x, call.tf.max(x, axis, true)))
  return call.tf.div(powers, call.tf.sum(powers, axis, true))
}

const gemm: Runner = ({ tf, inputs }) => {
  const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?]
  const product = tf.matMul(x, weight)
  return bias === undefined ? product : tf.add(product, bias)
}

const matMul: Runner = ({ tf, inputs }) => {
  const [a, b] = inputs as [Tensor, Tensor]
  if (b.rank > 2) return tf.matMul(a, b)
  return tf.reshape(tf.matMul(tf.reshape(a, [-1, b.shape[0]!]), b), [...a.shape.slice(0, -1), b.shape[1]!])
}

const clip: Runner = ({ tf, inputs }) => {
  const [x, least, most] = inputs as [Tensor, Tensor | null, Tensor]
  return tf.minimum(least === null ? x : tf.maximum(x, least), most)
}

const pad: Runner = (call) => {
  const counts = listed(call, 1)
  const rank = counts.length / 2
  return call.tf.pad(call.inputs[0]!, Array.from({ length: rank }, (_, axis): [number, number] => [counts[axis]!, counts[axis + rank]!])) // prettier-ignore
}

const slice: Runner = (call) => {
  const [x] = call.inputs as [Tensor]
  const [starts, ends, axes] = [1, 2, 3].map((place) => listed(call, place)) as [number[], number[], number[]]
  const [begin, size] = [x.shape.map(() => 0), [...x.shape]]
  axes.forEach((axis, i) => {
    begin[axis] = starts[i]!
    size[axis] = ends[i]! - starts[i]!
  })
  return call.tf.slice(x, begin, size)
}

const resize: Runner = (call) => {
  const [, , height, width] = listed(call, 2) as [number, number, number, number]
  const grown = call.attributes.get('mode')!.text === 'nearest' ? upSampleNearest : upSampleBilinear
  return channelsFirst(call.tf, grown(call.tf, channelsLast(call.tf, call.inputs[0]!), [height, width]))
}

/** Every operator that Graft writes, as ONNX' specification says it for opset 17. */
export const RUNNERS: Readonly<Record<string, Runner>> = Object.freeze({
  Conv: convolution,
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNormalization,
  LayerNormalization: (call) => {
    const [x, gamma, beta] = call.inputs as [Tensor, Tensor, Tensor]
    return layerNorm(call.tf, x, gamma, beta, float(call, 'epsilon'))
  },
  Add: binary((tf, a, b) => tf.add(a, b)),
  Mul: binary((tf, a, b) => tf.mul(a, b)),
  Div: binary((tf, a, b) => tf.div(a, b)),
  // Only the third power is written, which tf.pow computes as a logarithm.
  Pow: ({ tf, inputs: [x] }) => tf.mul(tf.square(x!), x!),
  // TensorFlow.js' own in WebAssembly knows slopes of the last axis only.
  PRelu: binary((tf, x, slopes) => tf.sub(tf.relu(x), tf.mul(slopes, tf.relu(tf.neg(x))))),
  Relu: curve('relu'),
  Sigmoid: curve('sigmoid'),
  Tanh: curve('tanh'),
  Erf: ({ tf, inputs: [x] }) => tf.erf(x!),
  HardSigmoid: curve('hard_sigmoid'),
  HardSwish: curve('hard_silu'),
  Elu: curve('elu'),
  Selu: curve('selu'),
  Softplus: curve('softplus'),
  LeakyRelu: (call) => call.tf.leakyRelu(call.inputs[0]!, float(call, 'alpha')),
  Clip: clip,
  Softmax: softmax,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: reduced(mean, [2, 3]),
  GlobalMaxPool: reduced(maximum, [2, 3]),
  ReduceMean: reduced(mean),
  ReduceMax: reduced(maximum),
  Pad: pad,
  Slice: slice,
  Resize: resize,
  Reshape: (call) => call.tf.reshape(call.inputs[0]!, [call.inputs[0]!.shape[0]!, ...listed(call, 1).slice(1)]),
  Flatten: ({ tf, inputs: [x] }) => tf.reshape(x!, [x!.shape[0]!, -1]),
  Transpose: (call) => call.tf.transpose(call.inputs[0]!, [...integers(call, 'perm')]),
  Concat: (call) => call.tf.concat(call.inputs as Tensor[], integer(call, 'axis')),
  Cast: ({ tf, inputs: [x] }) => tf.cast(x!, 'float32'),
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  Identity: ({ tf, inputs: [x] }) => tf.clone(x!),
})
