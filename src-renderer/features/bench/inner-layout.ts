import { Graph, layout } from '@dagrejs/dagre'
import type { LayerRow } from './layer-tree.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface InnerLayout {
  readonly width: number
  readonly height: number
  /** Top left corner of each layer, from the frame's top left corner. */
  readonly places: ReadonlyMap<string, Point>
  readonly edges: readonly { from: string; to: string; points: readonly Point[]; label: readonly number[] | null }[]
}

export const LAYER = { width: 188, height: 40 } as const
const PADDING = { side: 14, top: 40, bottom: 14 } as const

/** Layers of an opened block, top to bottom, by dagre: the main path (first inputs) stays straight and skip connections run beside it. A shape is written on
 *  a connection only where it differs from the one before. */
export function innerLayout(layers: readonly LayerRow[]): InnerLayout {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 20, edgesep: 14, ranker: 'longest-path' })
  graph.setDefaultEdgeLabel(() => ({}))
  const inside = new Map(layers.map((layer) => [layer.name, layer]))
  for (const layer of layers) graph.setNode(layer.name, { ...LAYER })
  for (const layer of layers) {
    for (const [place, input] of layer.inputs.entries()) {
      // What comes in from another block enters below the title, so that skip connections over the block are seen.
      if (!inside.has(input)) graph.setNode(entry(input), { width: 1, height: 1 })
      graph.setEdge(inside.has(input) ? input : entry(input), layer.name, { weight: place === 0 ? 8 : 1 })
    }
  }
  layout(graph)
  const places = new Map<string, Point>()
  for (const layer of layers) {
    const node = graph.node(layer.name) as { x: number; y: number }
    places.set(layer.name, { x: node.x - LAYER.width / 2 + PADDING.side, y: node.y - LAYER.height / 2 + PADDING.top })
  }
  const edges = graph.edges().map(({ v, w }) => {
    const { points } = graph.edge({ v, w }) as { points: Point[] }
    const shifted = points.map((point) => ({ x: point.x + PADDING.side, y: point.y + PADDING.top }))
    return { from: v, to: w, points: shifted, label: changedShape(inside.get(v), inside) }
  })
  const size = graph.graph() as { width?: number; height?: number }
  return {
    width: (size.width ?? LAYER.width) + 2 * PADDING.side,
    height: (size.height ?? LAYER.height) + PADDING.top + PADDING.bottom,
    places,
    edges,
  }
}

function entry(input: string): string {
  return `from ${input}`
}

function changedShape(layer: LayerRow | undefined, inside: ReadonlyMap<string, LayerRow>): readonly number[] | null {
  const before = inside.get(layer?.inputs[0] ?? '')
  if (!layer || (before && String(before.outputShape) === String(layer.outputShape))) return null
  return layer.outputShape
}
