import type { FrozenNode, FrozenNodes } from './frozen-node.ts'
import { inputsOf } from './program-builder.ts'

/** Inputs of a kernel, of which sums over 12 bits fit into 32 bits whatever the weights are: 2 * 4095 * 127 * 1024 + 2^29 < 2^31. */
const MOST_CHANNELS = 1024

/** Values that are held in 12 bits: linear results of convolutions, and sums of them, as residual streams are made of. In 8 bits they lose more than
 *  everything else together (docs/engine.md). Only those that 1x1 convolutions read, and convolutions add. */
export function wideValues({ nodes, output }: FrozenNodes): ReadonlySet<string> {
  const readers = new Map<string, FrozenNode[]>()
  for (const node of nodes) for (const name of inputsOf(node)) readers.set(name, [...(readers.get(name) ?? []), node])
  const isWide = (node: FrozenNode) =>
    isLinear(node) &&
    node.name !== output &&
    node.shape.channels <= MOST_CHANNELS &&
    (readers.get(node.name) ?? []).every((reader) => readsWide(reader, node.name))
  return new Set(nodes.filter(isWide).map(({ name }) => name))
}

function isLinear(node: FrozenNode): boolean {
  return node.kind === 'convolution' && (node.added !== null || (node.low === -Infinity && node.high === Infinity))
}

function readsWide(reader: FrozenNode, name: string): boolean {
  if (reader.kind !== 'convolution') return false
  return reader.input !== name || (reader.size[0] === 1 && reader.size[1] === 1)
}
