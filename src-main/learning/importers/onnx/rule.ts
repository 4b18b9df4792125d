import { quoted, unsupported } from '../refusals.ts'
import type { Constant } from './constant.ts'
import type { OnnxNode } from './model-proto.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import type { Activation, Value } from './value.ts'

/** What a rule knows: its node and what went in. */
export interface RuleContext {
  readonly graph: OnnxGraph
  readonly node: OnnxNode
  readonly opset: number
  /** null: left out. Not all of them are constants, and none is refused. */
  readonly inputs: readonly (Constant | Activation | null)[]
  /** Whether a tensor is an output of the whole. */
  isOutput(name: string): boolean
}

/** The node's outputs. Throws E_MODEL_UNSUPPORTED. */
export type Rule = (context: RuleContext) => Value | readonly Value[]

export const integer = ({ node }: RuleContext, name: string, otherwise: number): number =>
  node.attributes.get(name)?.integer ?? otherwise
export const float = ({ node }: RuleContext, name: string, otherwise: number): number =>
  node.attributes.get(name)?.float ?? otherwise
export const text = ({ node }: RuleContext, name: string, otherwise: string): string =>
  node.attributes.get(name)?.text ?? otherwise
export const list = ({ node }: RuleContext, name: string): readonly number[] | null =>
  node.attributes.get(name)?.integers ?? null

/** An input that comes from the picture. */
export function activation({ graph, inputs }: RuleContext, place: number): Activation {
  const value = inputs[place]
  if (value?.kind === 'activation') return value
  throw graph.unsupported(`takes ${value ? 'weights' : 'nothing'} where the picture's numbers are expected`)
}

/** An input that is known beforehand; null: it is left out. */
export function optional({ graph, inputs }: RuleContext, place: number): Constant | null {
  const value = inputs[place] ?? null
  if (value === null || value.kind === 'constant') return value
  throw graph.unsupported('takes numbers that depend on the picture where weights are expected')
}

export function constant(context: RuleContext, place: number): Constant {
  const value = optional(context, place)
  if (value !== null) return value
  throw context.graph.unsupported(`lacks its input ${place + 1}`)
}

/** Numbers of a weight as float32. */
export function floats(value: Constant): Float32Array {
  const numbers = value.read()
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
}

export function unknownOperator({ op, domain, name }: OnnxNode): Error {
  const what = `The node ${quoted(name || op)} is of the operator ${quoted(op)}${domain === '' ? '' : ` of ${quoted(domain)}`}`
  if (/Quantize|QLinear|Integer$/.test(op)) {
    return unsupported(`${what}: the model is quantised.`, 'Export the model before it was quantised, in float32 or float16.') // prettier-ignore
  }
  if (domain !== '') {
    return unsupported(`${what}, which is not ONNX' own.`, 'Export the model without optimising it for one program.')
  }
  return unsupported(`${what}: Graft has no layer for it.`, 'Export a model without it, or one that ends before it.')
}
