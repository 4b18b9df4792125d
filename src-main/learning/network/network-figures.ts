import { createHash } from 'node:crypto'
import type { Network } from '../../contract/network.ts'
import { inferNetwork } from './infer.ts'
import { canonical } from './same-architecture.ts'

/** What lists say of a network, whatever its weights are. */
export interface NetworkFigures {
  /** Gradient-trained ones: the figure that papers print. */
  readonly parameters: number
  /** For one sample, forward: what papers call FLOPs or MACs. */
  readonly multiplyAdds: number
  /** The same for networks that compute the same function of their weights. */
  readonly key: string
}

const known = new WeakMap<Network, NetworkFigures>()

/** Size and cost of a network. Networks are never changed in place, so each is looked at once: lists ask for them again and again. */
export function networkFigures(network: Network): NetworkFigures {
  const found = known.get(network)
  if (found !== undefined) return found
  const { facts } = inferNetwork(network)
  const figures = {
    parameters: facts.reduce((total, layer) => total + layer.trainableParameters, 0),
    multiplyAdds: facts.reduce((total, layer) => total + layer.multiplyAdds, 0),
    key: createHash('sha256').update(canonical(network)).digest('hex'),
  }
  known.set(network, figures)
  return figures
}
