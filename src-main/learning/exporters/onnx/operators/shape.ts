import { axisIn, inLayout, isSameOrder } from '../layout.ts'
import { layoutOf } from './operator.ts'
import type { Operator } from './operator.ts'

export const pad: Operator<'pad'> = (graph, operation) => {
  const { inputs, name, pads } = operation
  const layout = layoutOf(graph, operation)
  const sides = [0, 1].map((side) => inLayout(pads.map((pair) => pair[side]!), layout)) // prettier-ignore
  const counts = graph.initializers.integers([0, ...sides[0]!, 0, ...sides[1]!])
  graph.define(name, layout, graph.node('Pad', [graph.tensor(inputs[0]!, layout), counts], {}, name))
}

export const slice: Operator<'slice'> = (graph, operation) => {
  const { begin, inputs, name, size } = operation
  const layout = layoutOf(graph, operation)
  const whole = graph.shape(inputs[0]!)
  const cut = whole.flatMap((length, axis) => (size[axis] === length ? [] : [axis]))
  const starts = graph.initializers.integers(cut.map((axis) => begin[axis]!))
  const ends = graph.initializers.integers(cut.map((axis) => begin[axis]! + size[axis]!))
  const axes = graph.initializers.integers(cut.map((axis) => axisIn(axis, layout, whole.length)))
  graph.define(name, layout, graph.node('Slice', [graph.tensor(inputs[0]!, layout), starts, ends, axes], {}, name))
}

export const upSample: Operator<'upSample'> = (graph, { factors, inputs, interpolation, name }) => {
  const scales = graph.initializers.numbers([1, 1, ...factors])
  const how =
    interpolation === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
  const of = [graph.tensor(inputs[0]!, 'first'), '', scales]
  graph.define(name, 'first', graph.node('Resize', of, how, name))
}

/** A map with its channels first that becomes a vector stays in that order: who reads it turns its weights, not the map. */
export const reshape: Operator<'reshape'> = (graph, { inputs, name, shape }) => {
  const [x] = inputs as [string]
  const from = graph.shape(x)
  const isVector = shape.length === 1
  const isFirst = !graph.has(x, 'last')
  const isFlattened = isVector && isFirst && from.length === 3 && !isSameOrder(from)
  const layout = isFirst && (isFlattened || (from.length === 3 && isSameOrder(from))) ? 'first' : 'last'
  const tensor = graph.tensor(x, layout)
  const made = isVector ? graph.node('Flatten', [tensor], { axis: 1 }, name) : graph.reshaped(tensor, shape, name)
  graph.define(name, isFlattened ? 'first' : 'last', made, isFlattened ? from : undefined)
}

export const transpose: Operator<'transpose'> = (graph, { inputs, name, order }) => {
  const perm = [0, ...order.map((axis) => axis + 1)]
  graph.define(name, 'last', graph.transposed(graph.tensor(inputs[0]!, 'last'), perm, name))
}

export const concatenate: Operator<'concatenate'> = (graph, operation) => {
  const { axis, inputs, name } = operation
  const layout = layoutOf(graph, operation)
  const parts = inputs.map((value) => graph.tensor(value, layout))
  const how = { axis: axisIn(axis, layout, graph.shape(name).length) }
  graph.define(name, layout, graph.node('Concat', parts, how, name))
}
