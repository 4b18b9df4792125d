import { cpuRefusal } from '../../../base/precision-refusal.ts'
import type { Network } from '../../../contract/network.ts'
import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { int8Refusal } from '../frozen/frozen-support.ts'

/** Why the part of a network up to a layer cannot be computed in a precision here, as the end of a sentence; null: it can, but for int8 sums that weights make
 *  too large.
 *  @param layer null: nothing is frozen, and only the computer counts */
export function precisionRefusal(precision: PrefixPrecision, network: Network, layer: string | null): string | null {
  const here = cpuRefusal(precision)
  if (here !== null || precision !== 'int8' || layer === null) return here
  const refusal = int8Refusal(networkUpTo(network, layer))
  return refusal === null ? null : `int8 has no kernels for ${refusal}`
}
