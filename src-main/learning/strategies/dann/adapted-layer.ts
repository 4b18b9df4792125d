import type { LayerState, Network } from '../../../contract/network.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { learnsUpTo } from '../../network/learns-up-to.ts'

type States = Readonly<Record<string, LayerState>>

/** The layer at which DANN tells domains apart and makes them alike: the one that is named; else what the convolutions give to dense layers, the
 *  last Flatten that something learns before; else the features. Ganin et al., JMLR 17 (2016), figure 4 (a, b): for digits the domain
 *  classifier stands beside the dense layers, not behind them. */
export function adaptedLayer(network: Network, states: States, named: string): string {
  if (named !== '') return named
  const flat = networkUpTo(network, network.features).layers.filter(({ type }) => type === 'Flatten')
  return flat.findLast(({ name }) => learnsUpTo(network, states, name))?.name ?? network.features
}
