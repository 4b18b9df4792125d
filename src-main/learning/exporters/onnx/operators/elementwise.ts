import type { UnaryOperation } from '../../../operations/graph.ts'
import type { Attributes, GraphInMaking } from '../graph-in-making.ts'
import { axisIn } from '../layout.ts'
import { layoutOf, operand } from './operator.ts'
import type { Operator } from './operator.ts'

/** Makes the nodes of a function of each number by itself, the last of them under the name. */
type Curve = (graph: GraphInMaking, x: string, name: string) => string

/** In the layout that the value is there in; a flattened map stays one. */
function applied(graph: GraphInMaking, { inputs, name }: { inputs: readonly string[]; name: string }, curve: Curve) {
  const [x] = inputs as [string]
  const map = graph.flattenedFrom(x)
  const layout = map === null ? layoutOf(graph, { inputs }) : 'first'
  graph.define(name, layout, curve(graph, graph.tensor(x, layout), name), map ?? undefined)
}

const one =
  (op: string, attributes: Attributes = {}): Curve =>
  (graph, x, name) =>
    graph.node(op, [x], attributes, name)

const silu: Curve = (graph, x, name) => graph.node('Mul', [x, graph.node('Sigmoid', [x], {}, `${name}/gate`)], {}, name)

/** x (1 + erf(x / sqrt 2)) / 2, in the form that runtimes know as one operator: the operator itself is of opset 20. */
const gelu: Curve = (graph, x, name) => {
  const scaled = graph.node('Div', [x, graph.initializers.number(Math.SQRT2)], {}, `${name}/scaled`)
  const curve = graph.node('Erf', [scaled], {}, `${name}/curve`)
  return halfOfGated(graph, x, curve, name)
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. */
const geluTanh: Curve = (graph, x, name) => {
  const cube = graph.node('Pow', [x, graph.initializers.number(3)], {}, `${name}/cube`)
  const part = graph.node('Mul', [cube, graph.initializers.number(0.044715)], {}, `${name}/part`)
  const sum = graph.node('Add', [x, part], {}, `${name}/sum`)
  const scaled = graph.node('Mul', [sum, graph.initializers.number(Math.sqrt(2 / Math.PI))], {}, `${name}/scaled`)
  const curve = graph.node('Tanh', [scaled], {}, `${name}/curve`)
  return halfOfGated(graph, x, curve, name)
}

function halfOfGated(graph: GraphInMaking, x: string, curve: string, name: string): string {
  const gate = graph.node('Add', [curve, graph.initializers.number(1)], {}, `${name}/gate`)
  const gated = graph.node('Mul', [x, gate], {}, `${name}/gated`)
  return graph.node('Mul', [gated, graph.initializers.number(0.5)], {}, name)
}

const CURVES: Readonly<Record<UnaryOperation, Curve>> = {
  relu: one('Relu'),
  sigmoid: one('Sigmoid'),
  tanh: one('Tanh'),
  silu,
  gelu,
  geluTanh,
  hardSigmoid: one('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  hardSilu: one('HardSwish'),
  elu: one('Elu'),
  selu: one('Selu'),
  softplus: one('Softplus'),
}

export const unary: Operator<UnaryOperation> = (graph, operation) => applied(graph, operation, CURVES[operation.op])

export const clip: Operator<'clip'> = (graph, operation) => {
  const { min, max } = operation
  applied(graph, operation, (_, x, name) => {
    return graph.node(
      'Clip',
      [x, min === -Infinity ? '' : graph.initializers.number(min), graph.initializers.number(max)],
      {},
      name,
    )
  })
}

export const leakyRelu: Operator<'leakyRelu'> = (graph, operation) =>
  applied(graph, operation, one('LeakyRelu', { alpha: { float: operation.slope } }))

/** Sums, products and slopes of values and constants. */
const broadcast =
  (op: string): Operator<'add' | 'multiply' | 'prelu'> =>
  (graph, operation) => {
    const layout = layoutOf(graph, operation)
    const rank = graph.shape(operation.name).length
    const inputs = operation.inputs.map((name) => operand(graph, name, layout, rank))
    graph.define(operation.name, layout, graph.node(op, inputs, {}, operation.name))
  }

export const add = broadcast('Add')
export const multiply = broadcast('Mul')
export const prelu = broadcast('PRelu')

export const softmax: Operator<'softmax'> = (graph, operation) => {
  const layout = layoutOf(graph, operation)
  const rank = graph.shape(operation.name).length
  const x = graph.tensor(operation.inputs[0]!, layout)
  const axis = axisIn(rank - 1, layout, rank)
  graph.define(operation.name, layout, graph.node('Softmax', [x], { axis }, operation.name))
}
