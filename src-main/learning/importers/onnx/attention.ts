import { axisOf, axisSize, isSame, places } from './axes.ts'
import type { Axis } from './axes.ts'
import type { OnnxGraph, OnnxLayer, Weight } from './onnx-graph.ts'
import type { Activation, AttentionPart } from './value.ts'

const headsOf = ({ axes }: Activation): Axis => axes.slice(0, -2).flat()

/** The product of two tensors that are no weights: q k^T, or shares times v. */
export function attentionProduct(graph: OnnxGraph, a: Activation, b: Activation): Activation {
  const before = graph.layerOf(a).attention
  if (before?.kind === 'shares') return sums(graph, before, a, b)
  const [heads, tokens, size] = [headsOf(a), a.axes.at(-2) ?? [], a.axes.at(-1) ?? []]
  const isFit = axisSize(heads) === axisSize(headsOf(b)) && axisSize(size) === axisSize(b.axes.at(-2) ?? [])
  if (!isFit || a.axes.length < 3 || a.axes.length !== b.axes.length) throw graph.unsupportedAttention()
  const shape = [axisSize(heads), axisSize(tokens), axisSize(b.axes.at(-1)!)]
  const attention: AttentionPart = { kind: 'scores', shape, query: a, key: b, scale: a.scale * b.scale }
  return graph.add({ type: 'Activation', config: {}, attention }, [], ([head, row, column]) => ({
    axes: [...withHeads(a, head!), row!, column!],
  }))
}

/** The axes in front of the last two, of which one may be the heads'. */
function withHeads({ axes }: Activation, head: Axis): Axis[] {
  return axes.slice(0, -2).map((axis) => (axis.length === 0 ? [] : head))
}

/** Softmax over the keys. */
export function attentionShares(graph: OnnxGraph, scores: Activation, last: Axis): Activation {
  const part = graph.layerOf(scores).attention!
  if (part.kind !== 'scores' || !isSame(last, scores.layout[2]!)) throw graph.unsupportedAttention()
  const attention: AttentionPart = { ...part, kind: 'shares', scale: part.scale * scores.scale }
  const { layout, axes } = scores
  return graph.add({ type: 'Activation', config: {}, attention }, [], () => ({ layout, axes }))
}

function sums(graph: OnnxGraph, part: AttentionPart, shares: Activation, value: Activation): Activation {
  const [heads, rows, columns] = shares.layout
  const isPlain =
    shares.scale === 1 &&
    isSame(headsOf(shares), heads!) &&
    isSame(shares.axes.at(-2)!, rows!) &&
    isSame(shares.axes.at(-1)!, columns!)
  const size = axisSize(value.axes.at(-1) ?? [])
  const isFit = axisSize(headsOf(value)) === part.shape[0] && axisSize(value.axes.at(-2) ?? []) === part.shape[2]
  if (!isPlain || !isFit || value.axes.length !== shares.axes.length) throw graph.unsupportedAttention()
  const shape = [part.shape[1]!, part.shape[0]! * size]
  const attention: AttentionPart = { ...part, kind: 'sums', shape, value }
  const [head, tokens, last] = [axisOf(part.shape[0]!), axisOf(shape[0]!), axisOf(size)]
  return graph.add({ type: 'Activation', config: {}, attention }, [], () => ({
    layout: [tokens, [...head, ...last]],
    axes: [...withHeads(shares, head), tokens, last],
  }))
}

/** The Linear behind attention makes it one layer together with the Linears in front. `kernel`: [heads x size, units]. */
export function attentionLayer(graph: OnnxGraph, given: Activation, kernel: Weight): Activation {
  const { query, key, value, scale, shape } = graph.layerOf(given).attention!
  const [tokens, inner] = given.layout as [Axis, Axis]
  const isPlain = given.scale === 1 && given.picks.size === 0 && isSame(given.axes.at(-1)!, inner)
  if (!isPlain || value === undefined) throw graph.unsupportedAttention()
  const sources = [
    sourceOf(graph, query, query.axes.at(-2)!, query.axes.at(-1)!),
    sourceOf(graph, key, key.axes.at(-1)!, key.axes.at(-2)!),
    sourceOf(graph, value, value.axes.at(-2)!, value.axes.at(-1)!),
  ] as const
  const [input] = sources[0].layer.inputs
  const { shape: seen } = graph.nodes[input!]!
  const heads = axisSize(headsOf(query))
  const size = shape[1]! / heads
  const [inside, units = 0] = kernel.shape
  const isWhole = sources.every(({ layer, columns }) => layer.inputs[0] === input && columns.length === heads * size)
  if (!isWhole || seen.length !== 2 || units !== seen[1] || inside !== shape[1]) throw graph.unsupportedAttention()
  const hasBias = sources.some(({ layer }) => layer.weights['bias'] !== undefined)
  // Keras divides by the root of a head's size.
  const factors = [scale * Math.sqrt(size), 1, value.scale]
  const weights: Record<string, Weight> = {
    attention_output_kernel: { shape: [heads, size, units], values: kernel.values },
    ...(hasBias ? { attention_output_bias: { shape: [units], values: new Float32Array(units) } } : {}),
  }
  for (const [index, name] of ['query', 'key', 'value'].entries()) {
    const { layer, columns } = sources[index]!
    const { kernel: whole, bias } = layer.weights
    const values = withColumns(whole!, columns, factors[index]!)
    weights[`${name}_kernel`] = { shape: [seen[1], heads, size], values }
    if (!hasBias) continue
    const own = bias ?? { shape: [whole!.shape[1]!], values: new Float32Array(whole!.shape[1]!) }
    const row = { shape: [1, ...own.shape], values: own.values }
    weights[`${name}_bias`] = { shape: [heads, size], values: withColumns(row, columns, factors[index]!) }
  }
  const config = { num_heads: heads, key_dim: size, use_bias: hasBias }
  graph.title = commonModule([...sources.map(({ layer }) => layer.title), graph.title])
  return graph.add({ type: 'MultiHeadAttention', config, weights }, [{ node: input! }], ([, last]) => ({
    layout: [tokens, last!],
    axes: [...given.axes.slice(0, -1), last!],
  }))
}

/** The Linear that queries, keys or values come from, and which of its units they are, head by head. */
function sourceOf(
  graph: OnnxGraph,
  part: Activation,
  tokens: Axis,
  size: Axis,
): { layer: OnnxLayer; columns: Int32Array } {
  const layer = graph.layerOf(part)
  const [rows, units, more] = part.layout
  const wanted = [...headsOf(part), ...size]
  const known = new Set([...wanted, ...part.picks.keys()])
  const isFit =
    layer.type === 'Dense' && more === undefined && isSame(rows!, tokens) && units?.length === known.size && units.every((atom) => known.has(atom)) // prettier-ignore
  if (!isFit) throw graph.unsupportedAttention()
  return { layer, columns: places(units, wanted, part.picks) }
}

function withColumns({ shape, values }: Weight, columns: Int32Array, factor: number): Float32Array {
  const [rows = 0, width = 0] = shape
  const exact = Math.abs(factor - 1) < 1e-6 ? 1 : factor
  const result = new Float32Array(rows * columns.length)
  for (let row = 0, at = 0; row < rows; row++)
    for (const column of columns) result[at++] = values[row * width + column]! * exact
  return result
}

/** `blocks.0.attn` of `blocks.0.attn.qkv` and `blocks.0.attn.proj`; the last one where they have no module in common. */
function commonModule(titles: readonly string[]): string {
  const parts = titles.map((title) => title.split('.'))
  const [first] = parts
  const length = first!.findIndex((part, index) => parts.some((each) => each[index] !== part))
  return length > 0 ? first!.slice(0, length).join('.') : titles.at(-1)!
}
