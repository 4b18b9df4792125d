import type { LayerWork } from './layer-work.ts'

/** Layers of a kind whose maps have the same size: a row of the table. */
export interface LayerGroup {
  readonly kind: string
  readonly side: number | null
  /** Of one image. */
  readonly operations: number
  readonly values: number
  readonly milliseconds: number
}

/** Sums over layers alike, in the order in which they first come. */
export function groupLayers(layers: readonly LayerWork[]): LayerGroup[] {
  const groups = new Map<string, LayerGroup>()
  for (const { kind, side, operations, values, milliseconds } of layers) {
    const known = groups.get(keyOf({ kind, side }))
    groups.set(keyOf({ kind, side }), {
      ...{ kind, side },
      operations: (known?.operations ?? 0) + operations,
      values: (known?.values ?? 0) + values,
      milliseconds: (known?.milliseconds ?? 0) + milliseconds,
    })
  }
  return [...groups.values()]
}

export function keyOf({ kind, side }: Pick<LayerGroup, 'kind' | 'side'>): string {
  return side === null ? kind : `${kind} at ${side}`
}

/** What the machine can do, of one core while the other works too. */
export interface Peak {
  /** Operations a second. */
  readonly operations: number
  /** Bytes read and written a second. */
  readonly bytes: number
}

export interface Bound {
  readonly by: 'arithmetic' | 'memory'
  /** What the peak would take of what it took. */
  readonly share: number
  /** What is known of why neither roof is it. `cache`: numbers came from a cache, faster than memory gives them. `weaving`: depthwise kernels of bytes and
   *  bfloat16 first weave rows together, which is most of what they do. */
  readonly reason: 'cache' | 'weaving' | null
}

/** A roof of which less than this is reached does not bound. */
const BOUNDING = 0.5
const FLOAT32 = 4

/** The roofline (Williams et al. 2009): work takes at least what its operations take at the peak, and what its numbers take to be read and written. Where they
 *  came faster than memory gives them, that roof is none.
 *  @param width bytes of a number */
export function boundOf({ kind, operations, values, milliseconds }: LayerGroup, peak: Peak, width: number): Bound {
  const arithmetic = (1000 * operations) / peak.operations
  const memory = (1000 * values * width) / peak.bytes
  const isFromCache = memory > milliseconds
  const by = arithmetic >= memory || (isFromCache && operations > 0) ? 'arithmetic' : 'memory'
  const share = (by === 'arithmetic' ? arithmetic : memory) / milliseconds
  const isBound = by === 'arithmetic' && share >= BOUNDING
  const isWoven = kind.startsWith('depthwise') && width < FLOAT32 && share < BOUNDING
  return { by, share, reason: isWoven ? 'weaving' : isFromCache && !isBound ? 'cache' : null }
}
