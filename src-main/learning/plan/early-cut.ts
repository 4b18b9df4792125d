import type { Network } from '../../contract/network.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { hasWeights } from '../network/prefix-end.ts'
import { networkUpTo } from '../network/network-up-to.ts'

/** Where a base is cut: where the spec says, or, with feature extraction from earlier activations, after the block up to which the wanted
 *  share of its blocks with weights lies. Undefined: at its features. */
export function cutOf(base: Network, spec: ExperimentSpec): string | undefined {
  const { type, depth } = spec.strategy
  if (spec.cut !== undefined || type !== 'feature-extraction' || typeof depth !== 'number' || depth >= 1)
    return spec.cut
  const layers = networkUpTo(base, base.features).layers.filter(hasWeights)
  const blocks = [...new Set(layers.map(({ block }) => block))]
  return blocks[Math.max(0, Math.ceil(depth * blocks.length) - 1)]
}
