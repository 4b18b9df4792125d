import { brokenFile, quoted } from '../../refusals.ts'
import { transpose } from '../../torch/transpose.ts'
import { added, joined, multiplied } from '../arithmetic.ts'
import { attentionProduct } from '../attention.ts'
import { isSame } from '../axes.ts'
import { constantOf } from '../constant.ts'
import type { Constant } from '../constant.ts'
import { addDense } from '../dense.ts'
import type { OnnxGraph } from '../onnx-graph.ts'
import { activation, constant, float, floats, integer, optional } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import type { Activation } from '../value.ts'

export const matMul: Rule = (context) => {
  const [a, b] = context.inputs
  if (a?.kind === 'activation' && b?.kind === 'activation') return attentionProduct(context.graph, a, b)
  const kernel = constant(context, 1)
  return addDense(context.graph, activation(context, 0), matrix(context, kernel, false))
}

export const gemm: Rule = (context) => {
  const { graph } = context
  const kernel = matrix(context, constant(context, 1), integer(context, 'transB', 0) === 1)
  if (integer(context, 'transA', 0) === 1) throw graph.unsupported('turns its first input round')
  const product = addDense(graph, activation(context, 0), scaledKernel(kernel, float(context, 'alpha', 1)))
  const bias = optional(context, 2)
  return bias === null
    ? product
    : added(
        graph,
        product,
        mapped(bias, (value) => value * float(context, 'beta', 1)),
      )
}

function matrix({ graph }: RuleContext, { shape, ...rest }: Constant, isTurned: boolean) {
  if (shape.length !== 2) throw brokenFile(`Expected a matrix as the weights of ${quoted(graph.title)}. Received: [${shape.join(', ')}].`) // prettier-ignore
  const values = floats({ shape, ...rest })
  return isTurned ? transpose(shape, values, [1, 0]) : { shape, values }
}

function scaledKernel(kernel: { shape: readonly number[]; values: Float32Array }, factor: number) {
  return factor === 1 ? kernel : { ...kernel, values: kernel.values.map((value) => value * factor) }
}

function mapped(numbers: Constant, change: (value: number) => number): Constant {
  return constantOf(numbers.shape, floats(numbers).map(change), false)
}

export const add: Rule = (context) => {
  const { graph, inputs } = context
  const [a, b] = inputs
  if (a?.kind === 'activation' && b?.kind === 'activation') return joined(graph, 'Add', a, b)
  if (a?.kind === 'constant') return added(graph, activation(context, 1), a)
  return added(graph, activation(context, 0), constant(context, 1))
}

export const subtract: Rule = (context) => {
  const { graph, inputs } = context
  const [a, b] = inputs
  if (a?.kind === 'activation' && b?.kind === 'activation') throw graph.unsupported('is a difference of two tensors')
  if (a?.kind === 'constant') return added(graph, negated(activation(context, 1)), a)
  return added(
    graph,
    activation(context, 0),
    mapped(constant(context, 1), (value) => -value),
  )
}

export const negate: Rule = (context) => negated(activation(context, 0))

const negated = (value: Activation): Activation => ({ ...value, scale: -value.scale })

/** x times its own sigmoid is one activation. */
export const multiply: Rule = (context) => {
  const { graph, inputs } = context
  const [a, b] = inputs
  if (a?.kind === 'activation' && b?.kind === 'activation') {
    const gated = isOwnSigmoid(graph, a, b) ? a : isOwnSigmoid(graph, b, a) ? b : null
    if (gated === null) return joined(graph, 'Multiply', a, b)
    return graph.addUnary({ type: 'Activation', config: { activation: 'silu' } }, gated)
  }
  if (a?.kind === 'constant') return multiplied(graph, activation(context, 1), a)
  return multiplied(graph, activation(context, 0), constant(context, 1))
}

export const divide: Rule = (context) => {
  const { graph, inputs } = context
  const [a, b] = inputs
  if (a?.kind !== 'activation' || b?.kind !== 'constant') throw graph.unsupported('divides by what comes from the picture') // prettier-ignore
  return multiplied(
    graph,
    a,
    mapped(b, (value) => 1 / value),
  )
}

function isOwnSigmoid(graph: OnnxGraph, x: Activation, gate: Activation): boolean {
  const { type, config, inputs } = graph.layerOf(gate)
  return (
    type === 'Activation' &&
    config['activation'] === 'sigmoid' &&
    inputs[0] === x.node &&
    x.scale === 1 &&
    gate.scale === 1 &&
    x.picks.size === 0 &&
    x.axes.length === gate.axes.length &&
    x.axes.every((axis, place) => isSame(axis, gate.axes[place]!))
  )
}

/** Several at once. */
export const sum: Rule = ({ graph, inputs }) =>
  inputs
    .map((input) => {
      if (input?.kind === 'activation') return input
      throw graph.unsupported('adds weights among tensors')
    })
    .reduce((total, value) => joined(graph, 'Add', total, value))
