import { DT_FLOAT, DT_UINT8 } from '../../ops/native.ts'
import type { NodeDef, Signature, SignatureTensor } from '../../engine/compile/graph-def.ts'
import type { Operation, OperationGraph } from '../../operations/graph.ts'
import { NodeWriter } from './node-writer.ts'
import { OPERATION_NODES, type Call, type OperationNodes } from './operations/index.ts'

/** The graph as TensorFlow's nodes, and the signature by which it is called. `heads`: what its outputs are called. */
export function graphNodes(
  graph: OperationGraph,
  { heads, takesPixels }: { heads: readonly string[]; takesPixels: boolean },
): { nodes: NodeDef[]; signature: Signature } {
  const writer = new NodeWriter()
  const { input } = graph
  const { tensor, value } = writer.input(input.name, input.shape, takesPixels)
  const values = new Map([[input.name, value]])
  for (const operation of graph.operations) {
    writer.begin(operation.name)
    values.set(operation.name, emit(graph, operation, writer, values))
  }
  const outputs = graph.outputs.map(({ name, shape }, place): SignatureTensor => {
    writer.begin(outputNode(place))
    return {
      key: heads[place]!,
      tensor: `${writer.node('', 'Identity', [values.get(name)!])}:0`,
      dtype: DT_FLOAT,
      shape,
    }
  })
  const called = {
    key: input.name,
    tensor: `${tensor}:0`,
    dtype: takesPixels ? DT_UINT8 : DT_FLOAT,
    shape: input.shape,
  }
  return { nodes: writer.nodes, signature: { inputs: [called], outputs } }
}

/** The node of a head's output: a signature is a map, which readers sort, and the number tells whose it is. */
export const outputNode = (head: number): string => `serving_default/${head}`

function emit(graph: OperationGraph, operation: Operation, writer: NodeWriter, values: Map<string, string>): string {
  const { constants, shapes } = graph
  const call: Call = {
    writer,
    value(place) {
      const name = operation.inputs[place]!
      return values.get(name) ?? writer.constant(name, constants.get(name)!)
    },
    constant: (place) => constants.get(operation.inputs[place]!)!,
    inputs: operation.inputs.length,
    shape: (place) => shapes.get(operation.inputs[place]!) ?? constants.get(operation.inputs[place]!)!.shape,
    output: shapes.get(operation.name)!,
  }
  return (OPERATION_NODES[operation.op] as OperationNodes<Operation['op']>)(call, operation)
}
