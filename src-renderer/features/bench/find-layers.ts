import type { LayerTree } from './layer-tree.ts'

export interface Hit {
  readonly id: string
  readonly kind: 'block' | 'layer'
  readonly label: string
  readonly detail: string
}

/** Blocks and layers whose name, title, label or type holds every word of the text; names that start with it come first. */
export function findLayers(tree: LayerTree, text: string): Hit[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const fits = (...fields: string[]): boolean =>
    words.every((word) => fields.some((field) => field.toLowerCase().includes(word)))
  const blocks = tree.blocks
    .filter((block) => fits(block.name, block.label))
    .map((block): Hit => ({
      id: block.name,
      kind: 'block',
      label: block.label,
      detail: `${block.layers.length} layers`,
    }))
  const layers = tree.layers
    .filter((layer) => fits(layer.name, layer.title, layer.type))
    .map((layer): Hit => ({ id: layer.name, kind: 'layer', label: layer.title, detail: layer.type }))
  const rank = (hit: Hit): number => (hit.id.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1)
  return [...blocks, ...layers].sort((a, b) => rank(a) - rank(b))
}
