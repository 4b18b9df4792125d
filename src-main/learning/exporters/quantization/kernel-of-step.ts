import type { FrozenProgram, FrozenStep } from '../../engine/frozen/frozen-program.ts'
import type { Operation, OperationGraph } from '../../operations/graph.ts'
import { product } from '../../network/layers/row-parts.ts'

export type KernelStep = Extract<FrozenStep, { readonly weights: unknown }>

const KERNELS: ReadonlySet<Operation['op']> = new Set(['convolution', 'depthwiseConvolution', 'dense'])
/** What a step does in its kernel's end. */
const BOUNDS: ReadonlySet<Operation['op']> = new Set(['relu', 'clip'])

/** The operation whose kernel a step has; null: the graph has another one there, as where factors were put into it that the graph keeps apart. */
export function kernelOfStep(graph: OperationGraph, { tensors }: FrozenProgram, step: KernelStep): Operation | null {
  const byName = new Map(graph.operations.map((operation) => [operation.name, operation]))
  const added = step.added === null ? null : tensors[step.added.tensor]!.name
  let operation = byName.get(tensors[step.output]!.name)
  while (operation !== undefined && !KERNELS.has(operation.op)) {
    const { inputs, op } = operation
    const isSum = op === 'add' && added !== null && inputs.includes(added)
    if (!isSum && !BOUNDS.has(op)) return null
    operation = byName.get(isSum ? inputs.find((name) => name !== added)! : inputs[0]!)
  }
  if (operation === undefined) return null
  const { shape } = graph.constants.get(operation.inputs[1]!)!
  return product(shape) === step.weights.length ? operation : null
}
