import { GraftError } from '../../../contract/errors.ts'
import type { Network } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { OperationGraph } from '../../operations/graph.ts'
import { lower } from '../../operations/lower.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { FrozenNodes } from './frozen-node.ts'
import { frozenNodes } from './frozen-nodes.ts'
import { FrozenRefusal, refusalInWords } from './frozen-refusal.ts'

/** A network as operations, with its nodes for the kernels. */
export interface FrozenParts {
  readonly graph: OperationGraph
  readonly whole: FrozenNodes
}

/** Throws a GraftError that names the layer for which the kernels have no step. */
export function frozenParts(network: Network, weights: WeightValues): FrozenParts {
  const read = (name: string) => weights.get(name)!.values
  const graph = lower({ network, weights: inferNetwork(network).weights, read }, { batchNorm: 'folded' })
  return withRefusal(network, () => ({ graph, whole: frozenNodes(graph) }))
}

/** Does what may throw a FrozenRefusal, which is then told in words. */
export function withRefusal<T>(network: Network, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof FrozenRefusal)) throw error
    const reason = refusalInWords(error, network)
    throw new GraftError('E_RUN_SPEC', `Expected a frozen part that int8 has kernels for. Received: ${reason}.`, {
      fix: 'Choose another precision for the frozen part, or freeze fewer layers.',
    })
  }
}

/** Why a network (a frozen part: networkUpTo) cannot be computed in int8, in words; null: it can, but for sums that its weights may make too large. Needs no
 *  weights. */
export function int8Refusal(network: Network): string | null {
  const { weights } = inferNetwork(network)
  const sizes = new Map(weights.map(({ fullName, shape }) => [fullName, shape.reduce((a, b) => a * b, 1)]))
  const read = (name: string) => new Float32Array(sizes.get(name)!)
  try {
    frozenNodes(lower({ network, weights, read }, { batchNorm: 'kept' }))
    return null
  } catch (error) {
    if (error instanceof FrozenRefusal) return refusalInWords(error, network)
    throw error
  }
}
