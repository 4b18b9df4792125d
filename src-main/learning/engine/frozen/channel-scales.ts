import type { FrozenNode, FrozenNodes } from './frozen-node.ts'
import type { Observed } from './observe.ts'
import { inputsOf } from './program-builder.ts'

/** A channel that was seen to be narrower still may be wider on other images. */
const LEAST = 1 / 32
const POWER = +(process.env['GRAFT_POWER'] ?? 1)
const POWER1 = +(process.env['GRAFT_POWER1'] ?? 0.5)
const LINK = (process.env['GRAFT_LINK'] ?? '1') === '1'

/** Scales of the channels of those values that kernels make and kernels alone read: the first divides each channel by its scale, the others multiply
 *  their weights by it, and the 256 steps go as far as each channel does (Nagel et al. 2019, arXiv 1906.04721, section 4.1, between the widths of
 *  channels alone). Values that are added to each other share their scales. */
export function channelScalesOf(
  whole: FrozenNodes,
  observed: ReadonlyMap<string, Pick<Observed, 'smallest' | 'largest'>>,
): Map<string, Float32Array> {
  const groups = new Groups(whole.nodes)
  const barred = new Set<string>()
  const pointwise = new Set<string>()
  const bar = (name: string) => barred.add(groups.of(name))
  bar(whole.input.name)
  bar(whole.output)
  for (const node of whole.nodes) {
    const isKernel = 'weights' in node && node.isCopy !== true
    if (!isKernel) [node.name, ...inputsOf(node)].forEach(bar)
    else if (node.kind !== 'depthwise') pointwise.add(groups.of(node.input))
    if (!LINK && isKernel && node.added !== null) bar(node.added)
  }
  const scales = new Map<string, Float32Array>()
  for (const [group, members] of groups.all()) {
    if (barred.has(group)) continue
    const shared = widths(
      members.map((name) => observed.get(name)!),
      pointwise.has(group) ? POWER1 : POWER,
    )
    for (const name of members) scales.set(name, shared)
  }
  return scales
}

/** Values that share their scales, by one of them. */
class Groups {
  readonly #parent = new Map<string, string>()

  constructor(nodes: readonly FrozenNode[]) {
    for (const node of nodes) {
      if (!this.#parent.has(node.name)) this.#parent.set(node.name, node.name)
      if ('added' in node && node.added !== null) this.#parent.set(this.of(node.name), this.of(node.added))
    }
  }

  of(name: string): string {
    const parent = this.#parent.get(name) ?? name
    return parent === name ? name : this.of(parent)
  }

  all(): Map<string, string[]> {
    const groups = new Map<string, string[]>()
    for (const name of this.#parent.keys()) groups.set(this.of(name), [...(groups.get(this.of(name)) ?? []), name])
    return groups
  }
}

function widths(members: readonly Pick<Observed, 'smallest' | 'largest'>[], power: number): Float32Array {
  const channels = members[0]!.largest.length
  const own = Float32Array.from({ length: channels }, (_, c) =>
    Math.max(...members.map(({ smallest, largest }) => Math.max(-smallest[c]!, largest[c]!))),
  )
  const widest = Math.max(...own)
  return own.map((width) => (widest > 0 ? Math.max(width / widest, LEAST) ** power : 1))
}
