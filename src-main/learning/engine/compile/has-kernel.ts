import type { Tensor } from '../../runtime.ts'
import { type Binding, nativeType } from '../../ops/native.ts'
import { completeAttributes } from './attributes.ts'
import { type AttributeValue, type NodeDef, savedModel } from './graph-def.ts'
import { sessionPool } from './session-pool.ts'

const known = new WeakMap<Binding, Map<string, boolean>>()

/** Whether a graph with this op of one output runs: a TensorFlow without oneDNN, as for ARM, lacks some. Tried once per process, on
 *  ones of the inputs' ranks. */
export function hasKernel(
  binding: Binding,
  op: string,
  given: Readonly<Record<string, AttributeValue>>,
  inputs: readonly Tensor[],
): boolean {
  const answers = known.get(binding) ?? new Map<string, boolean>()
  known.set(binding, answers)
  const answer = answers.get(op) ?? runs(binding, trial(op, given, inputs))
  answers.set(op, answer)
  return answer
}

function trial(op: string, given: Readonly<Record<string, AttributeValue>>, inputs: readonly Tensor[]): NodeDef[] {
  const constants = inputs.map((input, i): NodeDef => {
    const dtype = nativeType(input)
    const value = {
      tensor: { dtype, shape: input.shape.map(() => 1), bytes: new Uint8Array(Float32Array.of(1).buffer) },
    }
    return { name: `c${i}`, op: 'Const', inputs: [], attributes: { dtype: { type: dtype }, value } }
  })
  const attributes = completeAttributes(
    op,
    given,
    inputs.map((input) => nativeType(input)),
  )
  return [...constants, { name: 'y', op, inputs: constants.map(({ name }) => name), attributes }]
}

function runs(binding: Binding, nodes: readonly NodeDef[]): boolean {
  const pool = sessionPool(binding)
  try {
    const graph = pool.take(savedModel(nodes), 0)
    try {
      const [made] = binding.runSavedModel(graph.session, [], '', 'y')
      binding.deleteTensor(made!.id)
      return true
    } finally {
      pool.giveBack(graph)
    }
  } catch {
    return false
  }
}
