import { quoted, unsupported } from '../refusals.ts'
import type { FlatLayer } from './flatten-model.ts'
import type { Piece, Rule } from './rule.ts'

/** One spelling for what TensorFlow and Keras call functions on tensors. */
const NAMES: Readonly<Record<string, string>> = {
  add: 'add', addv2: 'add', math_add: 'add', operators_add: 'add',
  multiply: 'multiply', mul: 'multiply', math_multiply: 'multiply', operators_mul: 'multiply',
  subtract: 'subtract', sub: 'subtract', math_subtract: 'subtract', operators_sub: 'subtract',
  divide: 'divide', truedivide: 'divide', true_divide: 'divide', realdiv: 'divide', truediv: 'divide', math_divide: 'divide', math_truediv: 'divide', operators_truediv: 'divide',
  relu: 'relu', nn_relu: 'relu', relu6: 'relu6', nn_relu6: 'relu6', sigmoid: 'sigmoid', math_sigmoid: 'sigmoid', nn_sigmoid: 'sigmoid',
  silu: 'silu', nn_silu: 'silu', nn_swish: 'silu', softmax: 'softmax', nn_softmax: 'softmax', gelu: 'gelu', nn_gelu: 'gelu', tanh: 'tanh', math_tanh: 'tanh',
  hardsigmoid: 'hard_sigmoid', hard_sigmoid: 'hard_sigmoid', hardsilu: 'hard_silu', hard_silu: 'hard_silu', hardswish: 'hard_silu',
} // prettier-ignore

/** A function that Keras 3 writes as a class of `keras.ops`. */
export const functionCall: Rule = (layer, context) =>
  pieces(layer, layer.className.replace('ops.', ''), context.numbers)

/** Functions as layers: TFOpLambda of Keras 2 names one, TensorFlowOpLayer holds a node of a graph and its constants by place. */
export const oldFunction: Rule = (layer, context) => {
  const { function: named, node_def: node, constants } = layer.config
  if (typeof named === 'string') return pieces(layer, named, context.numbers)
  const text = typeof node === 'string' ? node : JSON.stringify(node ?? {})
  const operation = /"?op"?:\s*"(\w+)"/.exec(text)?.[1] ?? 'of no name'
  const numbers = [...context.numbers]
  for (const [at, value] of Object.entries((constants as Record<string, unknown> | null | undefined) ?? {})) {
    if (typeof value === 'number' && /^\d$/.test(at)) numbers.splice(Number(at), 0, value)
  }
  return pieces(layer, operation, numbers)
}

/** Arithmetic of two tensors is a layer that joins them, with a number a Rescaling. */
function pieces(layer: FlatLayer, name: string, numbers: readonly (number | null)[]): Piece[] {
  const plain = name.replaceAll('__', '').replaceAll('.', '_').toLowerCase()
  const known = Object.hasOwn(NAMES, plain) ? NAMES[plain] : undefined
  const [first, second] = numbers
  const number = first ?? second ?? null
  const rescaled = (scale: number, offset: number): Piece[] => [
    { suffix: '', type: 'Rescaling', config: { scale, offset } },
  ]
  if (numbers.length === 2 && number === null) {
    if (known === 'add') return [{ suffix: '', type: 'Add', config: {} }]
    if (known === 'multiply') return [{ suffix: '', type: 'Multiply', config: {} }]
  }
  if (numbers.length === 2 && number !== null) {
    if (known === 'add') return rescaled(1, number)
    if (known === 'multiply') return rescaled(number, 0)
    if (known === 'subtract') return typeof first === 'number' ? rescaled(-1, number) : rescaled(1, -number)
    if (known === 'divide' && typeof first !== 'number' && number !== 0) return rescaled(1 / number, 0)
  }
  if (known === 'relu6') return [{ suffix: '', type: 'ReLU', config: { max_value: 6 } }]
  const isArithmetic = known === undefined || ['add', 'multiply', 'subtract', 'divide'].includes(known)
  if (!isArithmetic) return [{ suffix: '', type: 'Activation', config: { activation: known } }]
  throw unsupported(
    `Layer ${quoted(layer.title)} is the function ${quoted(name)} on tensors, for which Graft has no layer.`,
    'Save a model that uses layers in its place.',
    { layer: layer.title },
  )
}
