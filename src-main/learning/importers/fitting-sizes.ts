import { GraftError } from '../../contract/errors.ts'
import type { Network } from '../../contract/network.ts'
import { resizeNetwork } from '../network/resize-network.ts'
import { inferNetwork } from '../network/infer.ts'

const USUAL = [64, 96, 128, 160, 192, 224, 256, 288, 320, 384]

/** Usual sides at which a network's weights keep their shapes, with its own; of one that is not square none but its own. */
export function fittingSizes(network: Network): number[] {
  const [height = 0, width = 0, channels = 0] = inferNetwork(network).shapes.get(network.layers[0]?.name ?? '') ?? []
  if (height !== width) return []
  const own = shapesOf(network)
  const fits = (side: number): boolean => {
    try {
      return shapesOf(resizeNetwork(network, [side, side, channels])) === own
    } catch (error) {
      if (error instanceof GraftError) return false
      throw error
    }
  }
  return [...new Set([...USUAL.filter(fits), width])].sort((a, b) => a - b)
}

function shapesOf(network: Network): string {
  return inferNetwork(network)
    .weights.map(({ fullName, shape }) => `${fullName} ${shape.join(',')}`)
    .join('\n')
}
