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
  readonly edges: readonly { from: string; to: string; points: readonly Point[] }[]
}

export const LAYER = { width: 188, height: 40 } as const
const PADDING = { side: 14, top: 40, bottom: 14 } as const

/** Layers of an opened block, top to bottom, by dagre: the main path (first inputs) stays straight and
 *  skip connections run beside it. */
export function innerLayout(layers: readonly LayerRow[]): InnerLayout {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 20, edgesep: 14, ranker: 'longest-path', align: 'UR' })
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
  const lines = graph
    .edges()
    .map(({ v, w }) => ({ v, w, points: (graph.edge({ v, w }) as { points: Point[] }).points }))
  // Aligned to one side, connections that run beside may lie outside of what dagre takes for the drawing.
  const left = Math.min(0, ...lines.flatMap((line) => line.points.map((point) => point.x)))
  const [dx, dy] = [PADDING.side - left, PADDING.top]
  const places = new Map<string, Point>()
  for (const layer of layers) {
    const node = graph.node(layer.name) as { x: number; y: number }
    places.set(layer.name, { x: node.x - LAYER.width / 2 + dx, y: node.y - LAYER.height / 2 + dy })
  }
  const edges = lines.map(({ v, w, points }) => {
    const shifted = points.map((point) => ({ x: point.x + dx, y: point.y + dy }))
    return { from: v, to: w, points: shifted }
  })
  const size = graph.graph() as { width?: number; height?: number }
  return {
    width: (size.width ?? LAYER.width) - left + 2 * PADDING.side,
    height: (size.height ?? LAYER.height) + PADDING.top + PADDING.bottom,
    places,
    edges,
  }
}

function entry(input: string): string {
  return `from ${input}`
}
