import type { Network } from '../../contract/network.ts'

/** The same network for an input of another shape, [height, width, channels]. Whether its weights fit is for the caller to see. */
export function atInputSize(network: Network, shape: readonly number[]): Network {
  const [input, ...rest] = network.layers
  if (!input) return network
  return { ...network, layers: [{ ...input, config: { ...input.config, shape: [...shape] } }, ...rest] }
}
