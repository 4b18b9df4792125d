import type { ActivationName } from '../../network/layer-configs/arguments.ts'
import { scalarOf } from './constant.ts'
import type { OnnxNode } from './model-proto.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { addLayerNorm } from './rules/normalization.ts'
import type { Activation, Value } from './value.ts'
import { axesOf, positive } from './shapes.ts'

/** What was read so far, by names of tensors. */
export interface Known {
  readonly producers: ReadonlyMap<string, OnnxNode>
  readonly values: ReadonlyMap<string, Value>
}

/** A function that older versions of ONNX write as several nodes, seen from its last one; null: it is none. */
export function matchPattern(graph: OnnxGraph, node: OnnxNode, known: Known): Activation | null {
  if (node.op === 'Mul') return geluOf(graph, node, known)
  return node.op === 'Div' ? layerNormOf(graph, node, known) : null
}

/** (x - mean) / sqrt(mean of squares + epsilon). */
function layerNormOf(graph: OnnxGraph, node: OnnxNode, known: Known): Activation | null {
  const [centred, root] = node.inputs.map((name) => producer(known, name))
  const sum = root?.op === 'Sqrt' ? producer(known, root.inputs[0]) : undefined
  const [x, mean] = centred?.op === 'Sub' ? centred.inputs : []
  if (sum?.op !== 'Add' || x === undefined || mean === undefined) return null
  const epsilon = sum.inputs.map((name) => number(known, name)).find((value) => value !== null)
  const variance = sum.inputs.map((name) => producer(known, name)).find((each) => each?.op === 'ReduceMean')
  const square = variance && producer(known, variance.inputs[0])
  const isOfCentre = (name: string | undefined): boolean => {
    const difference = producer(known, name)
    return difference?.op === 'Sub' && difference.inputs[0] === x && producer(known, difference.inputs[1])?.op === 'ReduceMean' // prettier-ignore
  }
  const isSquare =
    (square?.op === 'Pow' && number(known, square.inputs[1]) === 2 && isOfCentre(square.inputs[0])) ||
    (square?.op === 'Mul' && square.inputs[0] === square.inputs[1] && isOfCentre(square.inputs[0]))
  const average = producer(known, mean)
  const value = known.values.get(x)
  if (!isSquare || average?.op !== 'ReduceMean' || average.inputs[0] !== x || value?.kind !== 'activation') return null
  const [axis, others] = [meanAxis(known, average, value), meanAxis(known, variance!, value)]
  if (axis === null || axis !== others || epsilon === undefined || epsilon === null) return null
  return addLayerNorm(graph, value, axis, epsilon, {})
}

/** The only axis of a mean. */
function meanAxis(known: Known, node: OnnxNode, { axes }: Activation): number | null {
  const given = known.values.get(node.inputs[1] ?? '')
  const [axis, more] = axesOf(node, given?.kind === 'constant' ? given : null) ?? []
  return axis === undefined || more !== undefined ? null : positive(axis, axes.length)
}

/** x / 2 (1 + erf(x / sqrt 2)), or with tanh(sqrt(2 / pi) (x + 0.044715 x^3)) in its place. */
function geluOf(graph: OnnxGraph, node: OnnxNode, known: Known): Activation | null {
  for (const [op, name] of [['Erf', 'gelu'], ['Tanh', 'gelu_tanh']] as const) {
    const inner = curveWithin(known, node, op)
    const x = inner && (op === 'Erf' ? argumentOf(known, inner, Math.SQRT1_2) : cubicArgument(known, inner))
    const value = x === null || x === undefined ? undefined : known.values.get(x)
    if (value?.kind === 'activation' && isHalfTimes(known, node, x!, op)) {
      return graph.addUnary({ type: 'Activation', config: { activation: name satisfies ActivationName } }, value)
    }
  }
  return null
} // prettier-ignore

/** The node of the curve among the factors of a product, or null. */
function curveWithin(known: Known, node: OnnxNode, op: string, depth = 2): OnnxNode | null {
  for (const name of node.inputs) {
    const curve = onePlus(known, name, op)
    if (curve) return curve
    const factor = producer(known, name)
    const inner = factor?.op === 'Mul' && depth > 0 ? curveWithin(known, factor, op, depth - 1) : null
    if (inner) return inner
  }
  return null
}

/** The curve's node where a tensor is 1 + curve. */
function onePlus(known: Known, name: string, op: string): OnnxNode | null {
  const sum = producer(known, name)
  if (sum?.op !== 'Add' || !sum.inputs.some((each) => number(known, each) === 1)) return null
  return sum.inputs.map((each) => producer(known, each)).find((each) => each?.op === op) ?? null
}

/** x of a curve of x times a number. */
function argumentOf(known: Known, curve: OnnxNode, factor: number): string | null {
  const argument = producer(known, curve.inputs[0])
  const [a, b] = argument?.inputs ?? []
  if (argument?.op === 'Div') return isNear(number(known, b), 1 / factor) ? a! : null
  if (argument?.op !== 'Mul') return null
  if (isNear(number(known, b), factor)) return a!
  return isNear(number(known, a), factor) ? b! : null
}

function cubicArgument(known: Known, curve: OnnxNode): string | null {
  const sum = producer(known, argumentOf(known, curve, Math.sqrt(2 / Math.PI)) ?? '')
  if (sum?.op !== 'Add') return null
  const [x] = sum.inputs.filter((name, place) => {
    const cubic = producer(known, sum.inputs[1 - place])
    const cube = cubic?.inputs.map((each) => producer(known, each)).find((each) => each?.op === 'Pow')
    const isScaled = cubic?.op === 'Mul' && cubic.inputs.some((each) => isNear(number(known, each), 0.044715))
    return isScaled && cube?.inputs[0] === name && number(known, cube.inputs[1]) === 3
  })
  return x ?? null
}

/** Whether a product is a half times x times 1 + curve, in any order. */
function isHalfTimes(known: Known, node: OnnxNode, x: string, op: string): boolean {
  const factors = factorsOf(known, node, x, op)
  const isRest = (name: string): boolean => name === x || onePlus(known, name, op) !== null
  return factors.length === 3 && factors.filter((name) => number(known, name) === 0.5).length === 1 && factors.includes(x) && factors.filter(isRest).length === 2 // prettier-ignore
}

function factorsOf(known: Known, node: OnnxNode, x: string, op: string, depth = 2): string[] {
  return node.inputs.flatMap((name) => {
    const factor = producer(known, name)
    const isInner = name !== x && factor?.op === 'Mul' && depth > 0 && onePlus(known, name, op) === null
    return isInner ? factorsOf(known, factor, x, op, depth - 1) : [name]
  })
}

function producer(known: Known, name: string | undefined): OnnxNode | undefined {
  return known.producers.get(name ?? '')
}

function number(known: Known, name: string | undefined): number | null {
  const value = known.values.get(name ?? '')
  return value?.kind === 'constant' ? scalarOf(value) : null
}

const isNear = (value: number | null, expected: number): boolean =>
  value !== null && Math.abs(value - expected) < 1e-4 * Math.abs(expected)
