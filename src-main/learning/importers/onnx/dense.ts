import { axisSize, isSame, places } from './axes.ts'
import type { Axis } from './axes.ts'
import { attentionLayer } from './attention.ts'
import type { OnnxGraph, Weight } from './onnx-graph.ts'
import type { Activation } from './value.ts'

/** A product with a kernel [in, units] over the last axis. Of a map that was flattened channels first, the kernel's rows change places. */
export function addDense(graph: OnnxGraph, given: Activation, kernel: Weight): Activation {
  const [, units = 0] = kernel.shape
  if (axisSize(given.axes.at(-1) ?? []) !== kernel.shape[0]) throw graph.unsupported('has a kernel of another width than its input') // prettier-ignore
  if (graph.layerOf(given).attention?.kind === 'sums') return attentionLayer(graph, given, kernel)
  const value = graph.settled(given)
  const last = value.axes.length - 1
  const form = graph.formOf(value, last)
  const input = form === null ? flattened(graph, value) : graph.inForm(value, form)
  const weights = { kernel: form === null ? withRows(kernel, value.axes[last]!, value.layout.flat()) : kernel }
  return graph.add({ type: 'Dense', config: { units, use_bias: false }, weights }, [input], (layout) => ({
    layout: [...input.layout.slice(0, -1), layout.at(-1)!],
    axes: [...value.axes.slice(0, -1), layout.at(-1)!],
  }))
}

/** All numbers as they lie in memory. */
function flattened(graph: OnnxGraph, value: Activation): Activation {
  const all = value.layout.flat()
  const isWhole = value.axes.at(-1)!.length === all.length && all.length > 0
  if (!isWhole) throw graph.unsupported('mixes places of the picture, not channels')
  return graph.inForm({ ...value, axes: [all] }, [0])
}

function withRows({ shape, values }: Weight, from: Axis, to: Axis): Weight {
  if (isSame(from, to)) return { shape, values }
  const [rows = 0, units = 0] = shape
  const result = new Float32Array(rows * units)
  for (const [row, place] of places(from, to).entries())
    result.set(values.subarray(place * units, (place + 1) * units), row * units)
  return { shape, values: result }
}
