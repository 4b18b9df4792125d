import { DT_FLOAT } from '../../../ops/native.ts'
import type { UnaryOperation } from '../../../operations/graph.ts'
import type { Call, OperationNodes } from './call.ts'

/** Two inputs or more, from the first on. */
function chained({ writer, value, inputs }: Call, op: string): string {
  let made = value(0)
  for (let place = 1; place < inputs; place++) {
    made = writer.node(place === inputs - 1 ? '' : `part${place}`, op, [made, value(place)])
  }
  return made
}

export const add: OperationNodes<'add'> = (call) => chained(call, 'AddV2')
export const multiply: OperationNodes<'multiply'> = (call) => chained(call, 'Mul')

/** What TensorFlow has a node for. */
const plain =
  (op: string) =>
  ({ writer, value }: Call): string =>
    writer.node('', op, [value(0)])

function times({ writer }: Call, part: string, x: string, factor: number): string {
  return writer.node(part, 'Mul', [x, writer.scalar(`${part}_factor`, factor)])
}

/** x (1 + even(u)) / 2. */
function halfOf(call: Call, bent: string): string {
  const { writer, value } = call
  const raised = writer.node('raised', 'AddV2', [bent, writer.scalar('one', 1)])
  return writer.node('', 'Mul', [times(call, 'half', value(0), 0.5), raised])
}

/** Hendrycks, Gimpel, arXiv 1606.08415, section 2. */
function geluTanh(call: Call): string {
  const { writer, value } = call
  const x = value(0)
  const cube = writer.node('cube', 'Mul', [writer.node('square', 'Square', [x]), x])
  const sum = writer.node('sum', 'AddV2', [x, times(call, 'small', cube, 0.044715)])
  return halfOf(call, writer.node('bent', 'Tanh', [times(call, 'inner', sum, Math.sqrt(2 / Math.PI))]))
}

/** relu6(x + 3) / 6. */
function hardSigmoid(call: Call, part: string): string {
  const { writer, value } = call
  const bounded = writer.node('bounded', 'Relu6', [
    writer.node('raised', 'AddV2', [value(0), writer.scalar('three', 3)]),
  ])
  return writer.node(part, 'Mul', [bounded, writer.scalar('sixth', 1 / 6)])
}

const gated = ({ writer, value }: Call, gate: string): string => writer.node('', 'Mul', [value(0), gate])

export const UNARY: { readonly [Op in UnaryOperation]: OperationNodes<Op> } = {
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  elu: plain('Elu'),
  selu: plain('Selu'),
  softplus: plain('Softplus'),
  silu: (call) => gated(call, call.writer.node('gate', 'Sigmoid', [call.value(0)])),
  gelu: (call) => halfOf(call, call.writer.node('bent', 'Erf', [times(call, 'inner', call.value(0), Math.SQRT1_2)])),
  geluTanh,
  hardSigmoid: (call) => hardSigmoid(call, ''),
  hardSilu: (call) => gated(call, hardSigmoid(call, 'gate')),
}

export const clip: OperationNodes<'clip'> = ({ writer, value }, { min, max }) => {
  if (min === 0 && max === 6) return writer.node('', 'Relu6', [value(0)])
  const isOpen = min === -Infinity
  const raised = isOpen ? value(0) : writer.node('raised', 'Maximum', [value(0), writer.scalar('min', min)])
  return writer.node('', 'Minimum', [raised, writer.scalar('max', max)])
}

export const leakyRelu: OperationNodes<'leakyRelu'> = ({ writer, value }, { slope }) =>
  writer.node('', 'LeakyRelu', [value(0)], { T: { type: DT_FLOAT }, alpha: { float: slope } })

/** relu(x) - alpha relu(-x). */
export const prelu: OperationNodes<'prelu'> = ({ writer, value }) => {
  const above = writer.node('above', 'Relu', [value(0)])
  const below = writer.node('below', 'Relu', [writer.node('turned', 'Neg', [value(0)])])
  return writer.node('', 'Sub', [above, writer.node('sloped', 'Mul', [value(1), below])])
}

export const softmax: OperationNodes<'softmax'> = plain('Softmax')
