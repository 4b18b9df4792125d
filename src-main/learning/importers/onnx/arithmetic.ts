import { axisSize, isSame } from './axes.ts'
import type { Axis } from './axes.ts'
import { sizeOf } from './constant.ts'
import type { Constant } from './constant.ts'
import type { OnnxGraph, OnnxLayer } from './onnx-graph.ts'
import { floats } from './rule.ts'
import type { Activation } from './value.ts'

/** A sum or a product of two tensors that come from the picture. */
export function joined(graph: OnnxGraph, type: 'Add' | 'Multiply', a: Activation, b: Activation): Activation {
  const rank = Math.max(a.axes.length, b.axes.length)
  const both = [a, b].map((value) => withRank(graph.settled(value), rank))
  const size = ({ layout }: Activation): number => axisSize(layout.flat())
  const large = size(both[0]!) >= size(both[1]!) ? both[0]! : both[1]!
  const form = graph.formOf(large)
  if (form === null) throw graph.unsupported('joins tensors whose axes are in another order than they lie in')
  const inputs = both.map((value) => graph.inForm(value, form))
  const axes = large.axes.map((axis, place) => (axis.length > 0 ? axis : (both.map((each) => each.axes[place]!).find(({ length }) => length > 0) ?? []))) // prettier-ignore
  return graph.add({ type, config: {} }, inputs, () => ({ layout: form.map((axis) => axes[axis]!), axes }))
}

function withRank<T extends Activation>(value: T, rank: number): T {
  const missing = Array.from({ length: rank - value.axes.length }, (): Axis => [])
  return { ...value, axes: [...missing, ...value.axes] }
}

/** Numbers that go with a tensor: one, one a channel, or one for each channel of each token. */
type Spread = 'number' | 'channels' | 'tokens'

function spreadOf(graph: OnnxGraph, value: Activation, { shape }: Constant): Spread {
  const { layout, axes } = value
  const used = axes.filter((axis, place) => {
    const size = shape[place - axes.length + shape.length] ?? 1
    if (size !== 1 && size !== axisSize(axis)) throw graph.unsupported('repeats a tensor to go with others')
    return size !== 1
  })
  const flat = used.flat()
  if (flat.length === 0) return 'number'
  if (isSame(flat, layout.at(-1)!)) return 'channels'
  if (isSame(flat, layout.flat()) && graph.formOf(value)?.length === 2) return 'tokens'
  throw graph.unsupported('adds or multiplies by numbers that belong neither to channels nor to tokens')
}

/** x * numbers. A number waits for what comes next; one a channel is a scale that is learnt, of pixels one that is not. */
export function multiplied(graph: OnnxGraph, given: Activation, numbers: Constant): Activation {
  const wide = withRank(given, Math.max(given.axes.length, numbers.shape.length))
  if (sizeOf(numbers.shape) === 1) return { ...wide, scale: given.scale * numbers.read()[0]! }
  const value = graph.settled(wide)
  if (spreadOf(graph, value, numbers) !== 'channels') throw graph.unsupported('multiplies by numbers that belong to places') // prettier-ignore
  const values = floats(numbers)
  const layer = graph.layerOf(value)
  if (layer.type === 'LayerNormalization' && layer.config['scale'] === false && value.isAlone) {
    return withWeight(graph, value, 'gamma', values, { scale: true })
  }
  if (isOfPixels(graph, layer)) return rescaled(graph, value, [...values], [0])
  return graph.addUnary({ type: 'LayerScale', config: {}, weights: { gamma: { shape: [values.length], values } } }, value) // prettier-ignore
}

/** x + numbers: a bias of the layer before, where it has none; positions, where each token has its own. */
export function added(graph: OnnxGraph, given: Activation, numbers: Constant): Activation {
  const wide = withRank(given, Math.max(given.axes.length, numbers.shape.length))
  const value = graph.settled(wide)
  const spread = spreadOf(graph, value, numbers)
  const values = floats(numbers)
  const layer = graph.layerOf(value)
  const tokens = spread === 'tokens' ? withTokens(graph, value, values) : null
  if (tokens !== null) return tokens
  if (spread === 'tokens') return positions(graph, value, values)
  const isChannels = spread === 'channels' || layer.shape.at(-1) === 1
  if (isChannels && value.isAlone) {
    if (layer.config['use_bias'] === false) return withWeight(graph, value, 'bias', values, { use_bias: true })
    if (layer.type === 'MultiHeadAttention' && isZero(layer.weights['attention_output_bias']?.values)) {
      return withWeight(graph, value, 'attention_output_bias', values, {})
    }
    if (layer.config['center'] === false) return withWeight(graph, value, 'beta', values, { center: true })
  }
  return rescaled(graph, value, [1], [...values])
}

/** Numbers for the empty places of tokens, and for nothing else; null: they are not. */
function withTokens(graph: OnnxGraph, value: Activation, values: Float32Array): Activation | null {
  const { type, weights } = graph.layerOf(value)
  const { token } = weights
  if (type !== 'ClassToken' || !value.isAlone || !isZero(token?.values)) return null
  const size = sizeOf(token!.shape)
  if (!isZero(values.subarray(size))) return null
  return graph.replace(value, { weights: { token: { shape: token!.shape, values: values.slice(0, size) } } })
}

const isZero = (values: Float32Array | undefined): boolean => values?.every((value) => value === 0) ?? false

function withWeight(
  graph: OnnxGraph,
  value: Activation,
  name: string,
  values: Float32Array,
  config: Record<string, unknown>,
): Activation {
  const layer = graph.layerOf(value)
  const weights = { ...layer.weights, [name]: { shape: [values.length], values } }
  return graph.replace(value, { config: { ...layer.config, ...config }, weights })
}

function positions(graph: OnnxGraph, value: Activation, values: Float32Array): Activation {
  const input = graph.inForm(value, graph.formOf(value)!)
  const embedding = { shape: graph.layerOf(input).shape, values }
  return graph.addUnary({ type: 'PositionalEmbedding', config: {}, weights: { embedding } }, input)
}

function isOfPixels(graph: OnnxGraph, layer: OnnxLayer): boolean {
  let first = layer
  while (first.type === 'Rescaling') first = graph.nodes[first.inputs[0]!]!
  return first.type === 'InputLayer'
}

/** As one layer with the Rescaling before, where that serves nothing else. */
function rescaled(graph: OnnxGraph, value: Activation, scale: number[], offset: number[]): Activation {
  const layer = graph.layerOf(value)
  const isPart = layer.type === 'Rescaling' && value.isAlone
  const before = isPart ? layer.config : { scale: 1, offset: 0 }
  const config = {
    scale: combined(before['scale'], scale, (a, b) => a * b),
    offset: combined(
      combined(before['offset'], scale, (a, b) => a * b),
      offset,
      (a, b) => a + b,
    ),
  }
  return isPart ? graph.replace(value, { config }) : graph.addUnary({ type: 'Rescaling', config }, value)
}

function combined(a: unknown, b: readonly number[], compute: (a: number, b: number) => number): number | number[] {
  const own = typeof a === 'number' ? [a] : (a as number[])
  const length = Math.max(own.length, b.length)
  const result = Array.from({ length }, (_, i) => compute(own[i % own.length]!, b[i % b.length]!))
  return length === 1 ? result[0]! : result
}
