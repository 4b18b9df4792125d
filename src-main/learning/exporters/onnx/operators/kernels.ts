import type { Pads, Pair } from '../../../operations/graph.ts'
import type { GraphInMaking } from '../graph-in-making.ts'
import { permuted } from '../layout.ts'
import type { Operator } from './operator.ts'
import { asIs } from './operator.ts'

/** ONNX counts [top, left, bottom, right]. */
export function padsAttribute([[top, bottom], [left, right]]: Pads): number[] {
  return [top, left, bottom, right]
}

/** Zeros around a map in front of a convolution are its own padding. */
function withPadding(graph: GraphInMaking, x: string, pads: Pads): { x: string; pads: Pads } {
  const before = graph.operation(x)
  if (before?.op !== 'pad' || before.pads[2]!.some((side) => side > 0)) return { x, pads }
  const sum = (axis: 0 | 1): Pair => [pads[axis][0] + before.pads[axis]![0], pads[axis][1] + before.pads[axis]![1]]
  return { x: before.inputs[0]!, pads: [sum(0), sum(1)] }
}

export const convolution: Operator<'convolution'> = (graph, operation) => {
  const { dilations, groups, inputs, name, strides } = operation
  const { x, pads } = withPadding(graph, inputs[0]!, operation.pads)
  const [height, width] = graph.constant(inputs[1]!).shape as [number, number]
  const weights = graph.kernel(operation, 0, ({ shape, values }) => permuted(shape, values(), [3, 2, 0, 1]))
  const how = { kernel_shape: [height, width], strides, dilations, pads: padsAttribute(pads), group: groups }
  graph.define(name, 'first', graph.node('Conv', [graph.tensor(x, 'first'), ...weights], how, name))
}

/** A convolution with a group for each channel. */
export const depthwiseConvolution: Operator<'depthwiseConvolution'> = (graph, operation) => {
  const { dilations, inputs, name, strides } = operation
  const { x, pads } = withPadding(graph, inputs[0]!, operation.pads)
  const [height, width, channels] = graph.constant(inputs[1]!).shape as [number, number, number]
  const weights = graph.kernel(operation, 0, ({ shape, values }) => permuted(shape, values(), [2, 3, 0, 1]))
  const how = { kernel_shape: [height, width], strides, dilations, pads: padsAttribute(pads), group: channels }
  graph.define(name, 'first', graph.node('Conv', [graph.tensor(x, 'first'), ...weights], how, name))
}

/** Of a vector a Gemm, of a map with its channels first a convolution of one pixel, else a MatMul. */
export const dense: Operator<'dense'> = (graph, operation) => {
  const { inputs, name } = operation
  const [x] = inputs as [string]
  const rank = graph.shape(x).length
  const map = graph.flattenedFrom(x)
  if (rank === 1) {
    const weights = graph.kernel(operation, 1, (constant) => {
      return map === null ? asIs(constant) : { shape: constant.shape, values: rowsOfMap(constant.values(), map) }
    })
    const gemm = [graph.tensor(x, map === null ? 'last' : 'first'), ...weights]
    return graph.define(name, 'last', graph.node('Gemm', gemm, {}, name))
  }
  if (rank === 3 && !graph.has(x, 'last')) {
    const weights = graph.kernel(operation, 0, ({ shape: [into, units], values }) => {
      const turned = permuted([into!, units!], values(), [1, 0])
      return { shape: [...turned.shape, 1, 1], values: turned.values }
    })
    const conv = [graph.tensor(x, 'first'), ...weights]
    return graph.define(name, 'first', graph.node('Conv', conv, { kernel_shape: [1, 1] }, name))
  }
  const [weight, own] = graph.kernel(operation, 1, asIs) as [string, string?]
  const product = [graph.tensor(x, 'last'), weight]
  if (own === undefined) return graph.define(name, 'last', graph.node('MatMul', product, {}, name))
  const sum = [graph.node('MatMul', product, {}, `${name}/product`), own]
  graph.define(name, 'last', graph.node('Add', sum, {}, name))
}

/** The rows of a kernel behind a map that is flattened channels first: (height, width, channels) -> (channels, height, width). */
function rowsOfMap(values: Float32Array, map: readonly number[]): Float32Array {
  const units = values.length / map.reduce((size, next) => size * next, 1)
  return permuted([...map, units], values, [2, 0, 1, 3]).values
}

export const matrixProduct: Operator<'matrixProduct'> = (graph, { inputs, isSecondTransposed, name }) => {
  const [a, b] = inputs.map((value) => graph.tensor(value, 'last')) as [string, string]
  const rank = graph.shape(inputs[1]!).length
  const order = Array.from({ length: rank + 1 }, (_, axis) => axis)
  const turned = [...order.slice(0, -2), rank, rank - 1]
  const second = isSecondTransposed ? graph.transposed(b, turned, `${name}/transposed`) : b
  graph.define(name, 'last', graph.node('MatMul', [a, second], {}, name))
}
