import type { LayerState, Network } from '../../contract/network.ts'
import { networkUpTo } from './network-up-to.ts'
import { hasWeights } from './prefix-end.ts'

type States = Readonly<Record<string, LayerState>>

/** Whether a layer's output depends on weights that learn. */
export function learnsUpTo(network: Network, states: States, layer: string): boolean {
  return networkUpTo(network, layer).layers.some((each) => hasWeights(each) && states[each.name] !== 'frozen')
}
