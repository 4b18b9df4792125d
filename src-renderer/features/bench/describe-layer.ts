import type { LayerState } from '@contract/network.ts'
import type { BlockRow, LayerRow } from './layer-tree.ts'

export interface Fact {
  readonly label: string
  readonly value: string
}

/** Arguments of a layer as people write them: `kernel_size 3×3`, `padding same`; what is off or empty is left out. */
export function configFacts(layer: LayerRow): Fact[] {
  return Object.entries(layer.config)
    .filter(([key, value]) => value !== null && value !== undefined && value !== '' && key !== 'name')
    .map(([key, value]) => ({ label: key.replaceAll('_', ' '), value: configText(value) }))
}

function configText(value: unknown): string {
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'number') ? value.join('×') : JSON.stringify(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Where a layer's weights come from and what training does to them, in one sentence. */
export function weightsSentence(
  layer: LayerRow,
  state: LayerState,
  origin: { readonly base: string; readonly isInBase: boolean; readonly isPretrained: boolean },
): string {
  if (layer.parameters === 0) return 'It has no weights.'
  if (!origin.isInBase) return 'New: starts from random weights and is trained.'
  if (!origin.isPretrained)
    return state === 'frozen' ? 'Random weights that stay as they are.' : 'Starts from random weights and is trained.'
  if (state === 'frozen') return `From ${origin.base}; stay exactly as they are.`
  if (state === 'trained') return `From ${origin.base}; trained further.`
  return `Fresh: the weights of ${origin.base} are not used here; starts from random ones and is trained.`
}

/** Types in a block with their counts, in order of first appearance. */
export function blockContents(block: BlockRow): string {
  const counts = new Map<string, number>()
  for (const layer of block.layers) counts.set(layer.type, (counts.get(layer.type) ?? 0) + 1)
  return [...counts].map(([type, count]) => (count > 1 ? `${count} ${type}` : type)).join(', ')
}
