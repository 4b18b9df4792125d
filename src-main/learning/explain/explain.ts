import { GraftError } from '../../contract/errors.ts'
import type { ExplainMethod, ExplainableLayer } from '../../contract/explanations.ts'
import type { Network } from '../../contract/network.ts'
import { networkToOutputs } from '../network/network-to-outputs.ts'
import { treeInput } from '../trees/tree-network.ts'
import {
  defaultMethod,
  EXPLAIN_METHODS,
  type Explainable,
  type Explained,
  type ExplainSettings,
} from './explain-methods.ts'
import { explainableLayers } from './explainable-layers.ts'

/** What can be asked of one head of a network. */
export interface ExplainOffer {
  /** With the head as its only output. */
  readonly network: Network
  readonly methods: readonly { readonly method: ExplainMethod; readonly refused: string | null }[]
  readonly layers: readonly ExplainableLayer[]
}

/** Throws E_EXPLAIN for a tree, in which nothing changes by degrees. */
export function explainOffer(whole: Network, head: number): ExplainOffer {
  if (treeInput(whole) !== null) {
    throw new GraftError(
      'E_EXPLAIN',
      'Expected a network that answers by degrees. Received: a decision tree, which asks one question after the other.',
      {
        fix: 'Open the tree itself in the run’s exhibits: it shows what decides. Or look at the run of its teacher.',
      },
    )
  }
  const network = networkToOutputs(whole, [whole.outputs[head]!])
  const methods = Object.entries(EXPLAIN_METHODS).map(([method, row]) => ({
    method: method as ExplainMethod,
    refused: row.refusal(network),
  }))
  return { network, methods, layers: explainableLayers(network) }
}

/** `method` null: what suits the network. Throws E_EXPLAIN for one that the network does not allow. */
export async function explain(
  subject: Explainable,
  wanted: ExplainSettings & { readonly method: ExplainMethod | null },
): Promise<Explained & { readonly method: ExplainMethod; readonly isPerClass: boolean }> {
  const method = wanted.method ?? defaultMethod(subject.network)
  const row = EXPLAIN_METHODS[method]
  const refused = row.refusal(subject.network)
  if (refused !== null) {
    throw new GraftError(
      'E_EXPLAIN',
      `Expected a way to look that the network allows. Received: ${method}. ${refused}`,
      {
        fix: 'Choose occlusion, which every network of pictures allows.',
      },
    )
  }
  return { method, isPerClass: row.isPerClass, ...(await row.explain(subject, wanted)) }
}
