import type { BlockRow, LayerRow, LayerTree } from './layer-tree.ts'

/** One thing the canvas draws at its top level: a closed block, an opened block with its layers inside, or an output. */
export interface GraphItem {
  /** Block or output layer name, unique on the canvas. */
  readonly id: string
  readonly kind: 'block' | 'open' | 'head'
  readonly block: BlockRow
  /** Layers that it stands for; several for blocks, one for a head. */
  readonly layers: readonly LayerRow[]
}

export interface ItemEdge {
  readonly from: string
  readonly to: string
  /** Shape that flows. */
  readonly shape: readonly number[]
}

/** Top-level items. Outputs always stand alone, one per head; a block with nothing else is not drawn beside them. */
export function graphItems(tree: LayerTree, open: ReadonlySet<string>): GraphItem[] {
  return tree.blocks.flatMap((block): GraphItem[] => {
    const heads = block.layers.filter((layer) => layer.isOutput && layer.type === 'Dense')
    const rest = block.layers.filter((layer) => !heads.includes(layer))
    const isOpen = open.has(block.name)
    const own: GraphItem[] =
      rest.length === 0 ? [] : [{ id: block.name, kind: isOpen ? 'open' : 'block', block, layers: rest }]
    return [
      ...own,
      ...heads.map((layer): GraphItem => ({ id: `head:${layer.name}`, kind: 'head', block, layers: [layer] })),
    ]
  })
}

/** Connections between items, each pair once, with the shape of the last tensor that flows. */
export function itemEdges(items: readonly GraphItem[], tree: LayerTree): ItemEdge[] {
  const itemOf = new Map(items.flatMap((item) => item.layers.map((layer) => [layer.name, item.id] as const)))
  const edges = new Map<string, ItemEdge>()
  for (const layer of tree.layers) {
    const to = itemOf.get(layer.name)
    for (const input of layer.inputs) {
      const from = itemOf.get(input)
      if (from === undefined || to === undefined || from === to) continue
      edges.set(`${from} ${to}`, { from, to, shape: tree.byName.get(input)?.outputShape ?? [] })
    }
  }
  return [...edges.values()]
}
