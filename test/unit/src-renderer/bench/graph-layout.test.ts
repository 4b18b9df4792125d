import { describe, expect, it } from 'vitest'
import { graphItems, itemEdges } from '../../../../src-renderer/features/bench/graph-items.ts'
import { graphLayout, type Direction } from '../../../../src-renderer/features/bench/graph-layout.ts'
import { walkGraph } from '../../../../src-renderer/features/bench/graph-walk.ts'
import { layerTree } from '../../../../src-renderer/features/bench/layer-tree.ts'
import { residualNetwork } from './network.ts'

function arrange(open: string[], direction: Direction, wrapAt = 5000, heads?: string[]) {
  const { network, facts } = residualNetwork(heads)
  const tree = layerTree(network, facts)
  const items = graphItems(tree, new Set(open))
  const edges = itemEdges(items, tree)
  return { tree, items, edges, layout: graphLayout(items, edges, { direction, wrapAt }) }
}

type Box = { x: number; y: number; width: number; height: number }
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('graphItems', () => {
  it('gives every head an item of its own and joins parallel connections', () => {
    const { items, edges } = arrange([], 'line', 5000, ['head_a', 'head_b'])
    expect(items.map((item) => item.id)).toEqual(['stem', 'block0', 'block1', 'head', 'head:head_a', 'head:head_b'])
    expect(edges.map((edge) => `${edge.from}>${edge.to}`)).toEqual([
      'stem>block0',
      'block0>block1',
      'block1>head',
      'head>head:head_a',
      'head>head:head_b',
    ])
    expect(edges[0]?.shape).toEqual([16, 16, 8])
  })
})

describe('graphLayout', () => {
  it.each(['rows', 'line', 'column'] as const)('never lays one thing over another (%s)', (direction) => {
    const { layout } = arrange(['block0', 'block1'], direction, 600, ['head_a', 'head_b'])
    for (const [index, a] of layout.placed.entries()) {
      for (const b of layout.placed.slice(index + 1))
        expect(overlap(a, b), `${a.item.id} over ${b.item.id}`).toBe(false)
    }
  })

  it('keeps layers inside their opened block, apart from each other, in order', () => {
    const { layout } = arrange(['block0'], 'line')
    const block = layout.placed.find((place) => place.item.id === 'block0')
    const inner = block?.inner
    const boxes = [...(inner?.places.values() ?? [])].map((at) => ({ ...at, width: 200, height: 40 }))
    expect(boxes).toHaveLength(4)
    for (const [index, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width).toBeLessThanOrEqual(inner?.width ?? 0)
      expect(a.y + a.height).toBeLessThanOrEqual(inner?.height ?? 0)
      for (const b of boxes.slice(index + 1)) expect(overlap(a, b)).toBe(false)
    }
    expect(inner?.edges.map((edge) => `${edge.from}>${edge.to}`)).toContain('block0_conv1>block0_relu')
  })

  it('goes on in the next row where the line is too wide', () => {
    const { layout } = arrange([], 'rows', 500)
    expect(Math.max(...layout.placed.map((place) => place.x + place.width))).toBeLessThanOrEqual(500)
    expect(Math.max(...layout.placed.map((place) => place.row))).toBeGreaterThan(0)
    expect(arrange([], 'line', 500).layout.placed.every((place) => place.row === 0)).toBe(true)
  })
})

describe('walkGraph', () => {
  it('walks from end to end and back with the right and left arrows, over rows', () => {
    const { layout, tree } = arrange([], 'rows', 500)
    const seen: string[] = []
    let at: string | null = walkGraph(layout.placed, tree, null, 'Home')
    for (let step = 0; at !== null && !seen.includes(at) && step < 20; step++) {
      seen.push(at)
      at = walkGraph(layout.placed, tree, at, 'ArrowRight')
    }
    expect(seen).toEqual(['stem', 'block0', 'block1', 'head', 'head_label'])
    expect(walkGraph(layout.placed, tree, 'block0', 'ArrowLeft')).toBe('stem')
    expect(walkGraph(layout.placed, tree, null, 'End')).toBe('head_label')
  })

  it('walks down into an opened block along its connections', () => {
    const { layout, tree } = arrange(['block0'], 'line')
    expect(walkGraph(layout.placed, tree, 'block0', 'ArrowDown')).toBe('block0_conv1')
    expect(walkGraph(layout.placed, tree, 'block0_conv1', 'ArrowDown')).toBe('block0_relu')
    expect(walkGraph(layout.placed, tree, 'block0_relu', 'ArrowUp')).toBe('block0_conv1')
  })
})
