import { GraftError } from '../../../contract/errors.ts'
import { brokenFile, quoted } from '../refusals.ts'
import { sizeOf } from './constant.ts'
import type { Constant } from './constant.ts'
import { foldConstants } from './fold-constants.ts'
import type { OnnxModel, OnnxNode } from './model-proto.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { matchPattern } from './patterns.ts'
import type { Known } from './patterns.ts'
import { unknownOperator } from './rule.ts'
import { RULES } from './rules/index.ts'
import { nodeTitles } from './titles.ts'
import type { Activation, Refusal, Value } from './value.ts'
import { MOST_AXES } from './shapes.ts'

/** Numbers that are computed from constants may take in all; views of weights cost none. */
const MOST_NUMBERS = 2 ** 26

/** Every tensor of the graph, as what it is for one picture. `input` is the network's. Throws E_MODEL_FILE. */
export function interpret(model: OnnxModel, graph: OnnxGraph, input: Activation): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>(model.initializers)
  values.set(model.inputs[0]!.name, input)
  const uses = usesOf(model)
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const titles = nodeTitles(model.nodes)
  const outputs = new Set(model.outputs)
  const isOutput = (name: string): boolean => outputs.has(name)
  const budget = { left: MOST_NUMBERS + 4 * weightsOf(model) }
  const reading = { model, graph, known: { producers, values }, isOutput, budget, kernels: new Map<string, string>() }
  for (const node of model.nodes) {
    graph.title = titles.get(node)!
    const inputs = node.inputs.map((name) => (name === '' ? null : seen(values, uses, name, node)))
    const results = resultsOf(node, inputs, reading)
    for (const [place, name] of node.outputs.entries()) {
      if (name === '') continue
      checkRank(results[place], node)
      if (values.has(name)) throw brokenFile(`Expected one source of the tensor ${quoted(name)}. Received: two.`)
      const result = results[place]
      if (result) values.set(name, result)
    }
  }
  return values
}

interface Reading {
  readonly model: OnnxModel
  readonly graph: OnnxGraph
  readonly known: Known
  isOutput(name: string): boolean
  readonly budget: { left: number }
  /** The first node that uses a kernel. */
  readonly kernels: Map<string, string>
}

function resultsOf(node: OnnxNode, inputs: readonly (Value | null)[], reading: Reading): readonly Value[] {
  const { model, graph, known, isOutput, budget } = reading
  try {
    const matched = node.domain === '' ? matchPattern(graph, node, known) : null
    if (matched !== null) return [matched]
    const refused = inputs.find((value) => value?.kind === 'refusal')
    if (refused) return node.outputs.map(() => refused)
    const rule = node.domain === '' && Object.hasOwn(RULES, node.op) ? RULES[node.op] : undefined
    const isKnown = inputs.every((value) => value === null || value.kind === 'constant')
    const folded =
      isKnown && node.domain === '' ? foldConstants(node, inputs as (Constant | null)[], model.opset) : null
    if (folded !== null) return counted(folded, budget)
    if (rule === undefined || isKnown) throw unknownOperator(node)
    noteSharing(node, reading)
    const result = rule({
      graph,
      node,
      opset: model.opset,
      inputs: inputs as (Constant | Activation | null)[],
      isOutput,
    })
    return Array.isArray(result) ? (result as Value[]) : [result as Value]
  } catch (error) {
    if (!(error instanceof GraftError) || error.code !== 'E_MODEL_UNSUPPORTED') throw error
    const refusal: Refusal = { kind: 'refusal', error }
    return node.outputs.map(() => refusal)
  }
}

/** Layers that share a kernel in the file are each given their own. */
function noteSharing(node: OnnxNode, { graph, model, kernels }: Reading): void {
  const name = node.inputs[1] ?? ''
  if (!['Conv', 'Gemm', 'MatMul'].includes(node.op) || !model.initializers.has(name)) return
  const first = kernels.get(name)
  if (first === undefined) kernels.set(name, graph.title)
  else graph.problems.add(`${quoted(first)} and ${quoted(graph.title)} share weights in the file: here each has its own, which train apart.`) // prettier-ignore
}

/** A graph can make its constants ever larger. */
function counted(constants: readonly Constant[], budget: { left: number }): readonly Constant[] {
  for (const { shape } of constants) budget.left -= sizeOf(shape)
  if (budget.left >= 0) return constants
  throw brokenFile('Expected constants of about the size of the weights. Received: ever larger ones.')
}

/** Reshapes could make ever more axes of 1. */
function checkRank(value: Value | undefined, { name, op }: OnnxNode): void {
  const rank = value?.kind === 'constant' ? value.shape.length : value?.kind === 'activation' ? value.axes.length : 0
  if (rank > MOST_AXES) throw brokenFile(`Expected at most ${MOST_AXES} axes behind ${quoted(name || op)}. Received: ${rank}.`) // prettier-ignore
}

/** What a node is given. Throws E_MODEL_FILE for a tensor that nothing before it gives: in a cycle one is. */
function seen(
  values: ReadonlyMap<string, Value>,
  uses: ReadonlyMap<string, number>,
  name: string,
  node: OnnxNode,
): Value {
  const value = values.get(name)
  if (value === undefined) {
    throw brokenFile(`Expected the tensor ${quoted(name)} before the node ${quoted(node.name || node.op)}. Received: a graph without it, or in a cycle.`) // prettier-ignore
  }
  if (value.kind !== 'activation') return value
  return { ...value, isAlone: value.isAlone && uses.get(name) === 1 }
}

function usesOf({ nodes, outputs }: OnnxModel): Map<string, number> {
  const uses = new Map<string, number>()
  for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) uses.set(name, (uses.get(name) ?? 0) + 1)
  return uses
}

function weightsOf({ initializers }: OnnxModel): number {
  return [...initializers.values()].reduce((total, { shape }) => total + sizeOf(shape), 0)
}
