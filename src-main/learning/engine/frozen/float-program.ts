import type { OperationGraph } from '../../operations/graph.ts'
import type { FrozenNode, FrozenNodes } from './frozen-node.ts'
import { frozenNodes } from './frozen-nodes.ts'
import type { FrozenProgram } from './frozen-program.ts'
import { FrozenRefusal } from './frozen-refusal.ts'
import { inputStep, storedToReal, type StoredInput } from './input-step.ts'
import { addOutput, givesNumbers, ProgramBuilder, windowsOf } from './program-builder.ts'

const PLAIN = { scale: 1, zeroPoint: 0 }

/** A graph as a program in float32 or bfloat16; null: something in it has no step there, as activations other than ReLU. */
export function floatProgram(
  graph: OperationGraph,
  precision: 'float32' | 'bfloat16',
  stored: StoredInput,
): FrozenProgram | null {
  const whole = nodesOf(graph)
  if (whole === null || whole.nodes.some(({ kind }) => kind === 'lookup')) return null
  const { input, nodes, output } = whole
  const builder = new ProgramBuilder()
  builder.tensor(`${input.name}/given`, input.shape, PLAIN, true)
  builder.tensor(input.name, input.shape, PLAIN)
  builder.step(inputStep(storedToReal(input, stored), PLAIN, stored.storage))
  for (const node of nodes) addNode(builder, node, node.name === output)
  addOutput(builder, whole, PLAIN)
  return builder.finish(precision)
}

function nodesOf(graph: OperationGraph): FrozenNodes | null {
  try {
    return frozenNodes(graph)
  } catch (error) {
    if (error instanceof FrozenRefusal) return null
    throw error
  }
}

function addNode(builder: ProgramBuilder, node: FrozenNode, isLast: boolean): void {
  const input = builder.place(node.input)
  const output = builder.tensor(node.name, node.shape, PLAIN, isLast && givesNumbers(node))
  const base = { input, output }
  switch (node.kind) {
    case 'convolution':
    case 'depthwise': {
      const { low, high, groups, kind, added } = node
      const numbers = { weights: node.weights(), bias: node.bias(), multipliers: new Float32Array() }
      const sum = added === null ? null : { tensor: builder.place(added), scale: 1 }
      const shared = { ...base, ...windowsOf(node), ...numbers, low, high, added: sum }
      return builder.step(kind === 'convolution' ? { kind, groups, ...shared } : { kind, ...shared })
    }
    case 'add':
      return builder.step({ kind: 'add', ...base, ...sumOf(builder, node), scales: [1, 1] })
    case 'multiply':
      return builder.step({ kind: 'multiply', ...base, ...sumOf(builder, node), scale: 1 })
    case 'concatenate':
      return builder.concatenate(node, () => new Uint8Array())
    case 'maxPool':
      return builder.step({ kind: 'maxPool', ...base, ...windowsOf(node) })
    case 'averagePool':
      return builder.step({
        kind: 'averagePool',
        ...base,
        ...windowsOf(node),
        scale: 1,
        low: node.low,
        high: node.high,
      })
    case 'lookup':
      throw new Error('A lookup has no float form')
  }
}

function sumOf(builder: ProgramBuilder, { second, low, high }: Extract<FrozenNode, { kind: 'add' | 'multiply' }>) {
  return { second: builder.place(second), low, high }
}
