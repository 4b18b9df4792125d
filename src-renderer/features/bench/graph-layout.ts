import { Graph, layout } from '@dagrejs/dagre'
import type { GraphItem, ItemEdge } from './graph-items.ts'
import { innerLayout, type InnerLayout, type Point } from './inner-layout.ts'

/** rows: left to right, going on below like text; line: one row; column: top to bottom. */
export type Direction = 'rows' | 'line' | 'column'

export interface Placed {
  readonly item: GraphItem
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly inner: InnerLayout | null
  /** Row of the text-like flow; 0 in the other directions. */
  readonly row: number
}

export interface GraphLayout {
  readonly placed: readonly Placed[]
  readonly edges: readonly (ItemEdge & { readonly points: readonly Point[]; readonly labelAt: Point })[]
  readonly width: number
  readonly height: number
}

export const BLOCK = { width: 148, height: 64 } as const
const GAP = { rank: 88, node: 28, row: 52 } as const

/** Places items by dagre, then breaks the line into rows where it grows wider than `wrapAt`. Pure: the same items give
 *  the same places, so opening a block moves only what follows it. */
export function graphLayout(
  items: readonly GraphItem[],
  edges: readonly ItemEdge[],
  options: { direction: Direction; wrapAt: number },
): GraphLayout {
  const isColumn = options.direction === 'column'
  const graph = new Graph()
  graph.setGraph({ rankdir: isColumn ? 'TB' : 'LR', ranksep: isColumn ? 44 : GAP.rank, nodesep: GAP.node, edgesep: 20 })
  graph.setDefaultEdgeLabel(() => ({}))
  const inner = new Map(items.filter((item) => item.kind === 'open').map((item) => [item.id, innerLayout(item.layers)]))
  for (const item of items) graph.setNode(item.id, sizeOf(inner.get(item.id)))
  for (const edge of edges) graph.setEdge(edge.from, edge.to, {})
  layout(graph)
  const raw = items.map((item): Placed => {
    const node = graph.node(item.id) as { x: number; y: number; width: number; height: number }
    const { width, height } = node
    return {
      item,
      x: node.x - width / 2,
      y: node.y - height / 2,
      width,
      height,
      inner: inner.get(item.id) ?? null,
      row: 0,
    }
  })
  const placed = options.direction === 'rows' ? wrapRows(raw, options.wrapAt) : fromOrigin(raw)
  const at = new Map(placed.map((place) => [place.item.id, place]))
  return {
    placed,
    edges: edges.flatMap((edge) => {
      const from = at.get(edge.from)
      const to = at.get(edge.to)
      return from && to ? [{ ...edge, ...route(from, to, isColumn) }] : []
    }),
    width: Math.max(0, ...placed.map((place) => place.x + place.width)),
    height: Math.max(0, ...placed.map((place) => place.y + place.height)),
  }
}

/** The width at which closed blocks broken into rows are seen largest in a view. Taken once per network: opening blocks
 *  must not break the rows elsewhere. */
export function bestWrap(
  items: readonly GraphItem[],
  edges: readonly ItemEdge[],
  view: { width: number; height: number },
): number {
  const zoomAt = (wrapAt: number): number => {
    const { width, height } = graphLayout(items, edges, { direction: 'rows', wrapAt })
    return Math.min(1, view.width / width, view.height / height)
  }
  const columns = Array.from({ length: 10 }, (_, index) => (index + 2) * (BLOCK.width + GAP.rank) - GAP.rank)
  return columns.reduce((best, width) => (zoomAt(width) > zoomAt(best) + 0.001 ? width : best))
}

function sizeOf(inner: InnerLayout | undefined): { width: number; height: number } {
  return inner ? { width: inner.width, height: inner.height } : { ...BLOCK }
}

function fromOrigin(raw: readonly Placed[]): Placed[] {
  const left = Math.min(...raw.map((place) => place.x))
  const top = Math.min(...raw.map((place) => place.y))
  return raw.map((place) => ({ ...place, x: place.x - left, y: place.y - top }))
}

/** Columns of dagre (same middle) flow into rows; within a row everything hangs from the top so that closed blocks line up. */
function wrapRows(raw: readonly Placed[], wrapAt: number): Placed[] {
  const columns = [...Map.groupBy(raw, (place) => Math.round(place.x + place.width / 2))]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => members)
  const result: Placed[] = []
  let [x, y, row, rowHeight] = [0, 0, 0, 0]
  for (const members of columns) {
    const width = Math.max(...members.map((place) => place.width))
    if (x > 0 && x + width > wrapAt) {
      y += rowHeight + GAP.row
      ;[x, row, rowHeight] = [0, row + 1, 0]
    }
    let top = y
    for (const place of members) {
      result.push({ ...place, x: x + (width - place.width) / 2, y: top, row })
      top += place.height + GAP.node
    }
    rowHeight = Math.max(rowHeight, top - GAP.node - y)
    x += width + GAP.rank
  }
  return result
}

/** Heights at which lines meet opened blocks: beside their title, where the line of closed blocks runs. */
function port(place: Placed): number {
  return place.y + (place.inner ? BLOCK.height / 2 : place.height / 2)
}

function route(from: Placed, to: Placed, isColumn: boolean): { points: Point[]; labelAt: Point } {
  if (isColumn) {
    const start = { x: from.x + from.width / 2, y: from.y + from.height }
    const end = { x: to.x + to.width / 2, y: to.y }
    const middle = (start.y + end.y) / 2
    const points = [start, { x: start.x, y: middle }, { x: end.x, y: middle }, end]
    return { points, labelAt: { x: (start.x + end.x) / 2, y: middle } }
  }
  const start = { x: from.x + from.width, y: port(from) }
  const end = { x: to.x, y: port(to) }
  if (from.row === to.row && end.x > start.x) {
    const middle = end.x - GAP.rank / 2
    return {
      points: [start, { x: middle, y: start.y }, { x: middle, y: end.y }, end],
      labelAt: { x: start.x + GAP.rank / 2, y: start.y },
    }
  }
  // To the next row: out to the right, back through the gap above that row, in from the left.
  const out = start.x + 20
  const back = end.x - 20
  const lane = to.y - GAP.row / 2
  const points = [start, { x: out, y: start.y }, { x: out, y: lane }, { x: back, y: lane }, { x: back, y: end.y }, end]
  return { points, labelAt: { x: (out + back) / 2, y: lane } }
}
