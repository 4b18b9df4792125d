import type { Operation, OperationGraph } from '../../operations/graph.ts'
import { GraphInMaking, type Choice } from './graph-in-making.ts'
import { withNamedOutputs } from './named-outputs.ts'
import type { OnnxFile } from './onnx-file.ts'
import type { Operator } from './operators/operator.ts'
import { OPERATORS } from './operators/index.ts'

/** A graph of operations as an ONNX graph. `heads`: names of the outputs. */
export function makeOnnx(
  graph: OperationGraph,
  choice: Choice,
  { heads, notes }: { heads: readonly string[]; notes: OnnxFile['notes'] },
): OnnxFile {
  const making = new GraphInMaking(graph, choice, heads)
  for (const operation of graph.operations) {
    const write = OPERATORS[operation.op] as Operator<Operation['op']>
    write(making, operation)
  }
  const tensors = graph.outputs.map(({ name }) => making.tensor(name, 'last'))
  const nodes = withNamedOutputs(making.nodes, tensors, heads)
  const needed = neededNodes(nodes, heads)
  const read = new Set(needed.flatMap(({ inputs }) => inputs))
  return {
    input: making.input,
    outputs: heads.map((name, i) => ({ name, shape: graph.outputs[i]!.shape })),
    nodes: needed,
    initializers: making.initializers.list().filter(({ name }) => read.has(name)),
    notes,
  }
}

/** Without what no output needs: a transposition that went into another one. */
function neededNodes(nodes: OnnxFile['nodes'], outputs: readonly string[]): OnnxFile['nodes'] {
  const needed = new Set(outputs)
  for (const { inputs, output } of nodes.toReversed()) {
    if (needed.has(output)) for (const name of inputs) needed.add(name)
  }
  return nodes.filter(({ output }) => needed.has(output))
}
