import type { Operation } from '../../../operations/graph.ts'
import type { GraphInMaking } from '../graph-in-making.ts'
import { axisIn } from '../layout.ts'
import { padsAttribute } from './kernels.ts'
import { layoutOf } from './operator.ts'
import type { Operator } from './operator.ts'

type Windowed = Operation & { readonly op: 'maxPool' | 'averagePool' }

function windowed(graph: GraphInMaking, { inputs, name, pads, size, strides }: Windowed, op: string): void {
  const how = { kernel_shape: size, strides, pads: padsAttribute(pads) }
  graph.define(name, 'first', graph.node(op, [graph.tensor(inputs[0]!, 'first')], how, name))
}

export const maxPool: Operator<'maxPool'> = (graph, operation) => windowed(graph, operation, 'MaxPool')

/** What is padded does not count, which is ONNX' default. */
export const averagePool: Operator<'averagePool'> = (graph, operation) => windowed(graph, operation, 'AveragePool')

type Reduction = Operation & { readonly op: 'mean' | 'maximum' }

function reduced(graph: GraphInMaking, operation: Reduction, whole: string, part: string): void {
  const { axes, inputs, keepsAxes, name } = operation
  const [x] = inputs as [string]
  const rank = graph.shape(x).length
  const layout = layoutOf(graph, operation)
  const tensor = graph.tensor(x, layout)
  if (layout === 'first' && axes.length === 2 && axes.every((axis) => axis < 2)) {
    if (keepsAxes) return graph.define(name, 'first', graph.node(whole, [tensor], {}, name))
    const map = graph.node(whole, [tensor], {}, `${name}/map`)
    return graph.define(name, 'last', graph.node('Flatten', [map], { axis: 1 }, name))
  }
  const how = { axes: axes.map((axis) => axisIn(axis, 'last', rank)), keepdims: Number(keepsAxes) }
  graph.define(name, 'last', graph.node(part, [graph.tensor(x, 'last')], how, name))
}

export const mean: Operator<'mean'> = (graph, operation) => reduced(graph, operation, 'GlobalAveragePool', 'ReduceMean')
export const maximum: Operator<'maximum'> = (graph, operation) => reduced(graph, operation, 'GlobalMaxPool', 'ReduceMax') // prettier-ignore
