import type { LiteRtGraph, LiteRtOperator } from './graph.ts'
import { ACTIVATIONS, type OperatorCode } from './schema.ts'

const FUSES: ReadonlySet<OperatorCode> = new Set([
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'FULLY_CONNECTED',
  'ADD',
  'MUL',
  'SUB',
])

/** RELU and RELU6 go into the operator before them, where nothing else reads what it gives. */
export function fuseActivations(graph: LiteRtGraph): LiteRtGraph {
  const uses = new Map<string, number>()
  for (const name of [...graph.operators.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
    uses.set(name, (uses.get(name) ?? 0) + 1)
  }
  const tensors = new Map(graph.tensors)
  const operators: LiteRtOperator[] = []
  for (const operator of graph.operators) {
    const [x] = operator.inputs
    const before = operators.findIndex(({ output }) => output === x)
    const made = operators[before]
    const isFused = (operator.code === 'RELU' || operator.code === 'RELU6') && uses.get(x!) === 1 && made !== undefined
    if (!isFused || !FUSES.has(made.code) || made.options?.['fused_activation_function'] !== undefined) {
      operators.push(operator)
      continue
    }
    const options = { ...made.options, fused_activation_function: ACTIVATIONS[operator.code as 'RELU' | 'RELU6'] }
    operators[before] = { ...made, output: operator.output, options }
    tensors.delete(x!)
  }
  return { ...graph, tensors, operators }
}
