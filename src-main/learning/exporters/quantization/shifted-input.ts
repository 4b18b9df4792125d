import type { Operation, OperationGraph } from '../../operations/graph.ts'

/** The graph with a number for each channel added to what some kernels read, before zeros are put around it: then 0 is what the run has beyond an edge. */
export function withShiftedInput(
  graph: OperationGraph,
  kernels: ReadonlySet<string>,
  terms: Float32Array,
): OperationGraph {
  const byName = new Map(graph.operations.map((operation) => [operation.name, operation]))
  const readers = graph.operations.map((operation) => {
    if (!kernels.has(operation.name)) return null
    const before = byName.get(operation.inputs[0]!)
    return before?.op === 'pad' ? before : operation
  })
  const shifted = new Set(readers.filter((each) => each !== null))
  const [constants, shapes] = [new Map(graph.constants), new Map(graph.shapes)]
  const operations = graph.operations.flatMap((operation): Operation[] => {
    if (!shifted.has(operation)) return [operation]
    const [x, ...others] = operation.inputs as [string, ...string[]]
    const name = `${x}/shifted`
    const own = { ...operation, inputs: [name, ...others] }
    if (shapes.has(name)) return [own]
    shapes.set(name, graph.shapes.get(x)!)
    constants.set(`${name}/terms`, { shape: [terms.length], values: () => terms })
    return [{ op: 'add', name, inputs: [x, `${name}/terms`] }, own]
  })
  return { ...graph, constants, shapes, operations }
}
