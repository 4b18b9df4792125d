import type { Layer, Network } from '../../contract/network.ts'
import { inferNetwork } from './infer.ts'
import { networkUpTo } from './network-up-to.ts'

export type Pooling = Pick<Layer, 'type' | 'config'>

/** The layer that makes one vector a sample of a layer's output: the mean over a map, the class token of tokens that have one, else the
 *  mean over the tokens. Null: it is a vector. */
export function poolingAfter(network: Network, layer: string): Pooling | null {
  const upTo = networkUpTo(network, layer)
  const rank = inferNetwork(upTo).shapes.get(layer)!.length
  if (rank === 1) return null
  if (rank === 3) return { type: 'GlobalAveragePooling2D', config: {} }
  const hasClassToken = upTo.layers.some(({ type }) => type === 'ClassToken')
  return hasClassToken ? { type: 'SelectToken', config: { index: 0 } } : { type: 'GlobalAveragePooling1D', config: {} }
}
