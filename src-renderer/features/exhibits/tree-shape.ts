import type { ExhibitOf } from '@contract/exhibits.ts'

export type Tree = ExhibitOf<'tree'>
export type TreeNode = Tree['nodes'][number]

export interface PlacedNode {
  readonly index: number
  readonly node: TreeNode
  readonly depth: number
  readonly parent: number | null
  /** Whether the parent's test held on the way here. */
  readonly holds: boolean
  /** Middle of its box, and its top. */
  readonly x: number
  readonly y: number
  /** It has children that are not shown. */
  readonly isClosed: boolean
}

export const NODE = { width: 152, height: 74, gapX: 14, gapY: 44 } as const

/** Indices of inner nodes above a depth: what is open at first. */
export function openAbove(tree: Tree, depth: number): Set<number> {
  const open = new Set<number>()
  const visit = (index: number, at: number): void => {
    const node = tree.nodes[index]
    if (!node || at >= depth || node.left === null || node.right === null) return
    open.add(index)
    visit(node.left, at + 1)
    visit(node.right, at + 1)
  }
  visit(0, 0)
  return open
}

/** Places of the shown nodes: leaves side by side, each parent over the middle of its children. */
export function placeTree(
  tree: Tree,
  open: ReadonlySet<number>,
): { nodes: PlacedNode[]; width: number; height: number } {
  const nodes: PlacedNode[] = []
  let column = 0
  let deepest = 0
  const visit = (index: number, way: { depth: number; parent: number | null; holds: boolean }): number => {
    const node = tree.nodes[index]
    if (!node) return 0
    deepest = Math.max(deepest, way.depth)
    const isInner = node.left !== null && node.right !== null
    const at = nodes.length
    nodes.push({ index, node, ...way, x: 0, y: way.depth * (NODE.height + NODE.gapY), isClosed: isInner })
    let x = column * (NODE.width + NODE.gapX) + NODE.width / 2
    if (node.left !== null && node.right !== null && open.has(index)) {
      const child = { depth: way.depth + 1, parent: index }
      x = (visit(node.left, { ...child, holds: true }) + visit(node.right, { ...child, holds: false })) / 2
    } else column++
    nodes[at] = { ...(nodes[at] as PlacedNode), x, isClosed: isInner && !open.has(index) }
    return x
  }
  visit(0, { depth: 0, parent: null, holds: true })
  return {
    nodes,
    width: Math.max(1, column) * (NODE.width + NODE.gapX) - NODE.gapX,
    height: (deepest + 1) * (NODE.height + NODE.gapY) - NODE.gapY,
  }
}

export interface Rule {
  readonly leaf: number
  /** Tests in words, those that must not hold with `not` before them. */
  readonly tests: readonly string[]
  readonly predicted: number
  readonly samples: number
  /** Of the predicted class in this leaf, 0..1. */
  readonly share: number
}

/** Every leaf as one rule, the one with the most samples first. */
export function rulesOf(tree: Tree): Rule[] {
  const rules: Rule[] = []
  const visit = (index: number, tests: readonly string[]): void => {
    const node = tree.nodes[index]
    if (!node) return
    if (node.left === null || node.right === null) {
      const { predicted, samples } = node
      rules.push({ leaf: index, tests, predicted, samples, share: node.shares[predicted] ?? 0 })
      return
    }
    const test = node.test ?? ''
    visit(node.left, [...tests, test])
    visit(node.right, [...tests, negated(test)])
  }
  visit(0, [])
  return rules.sort((a, b) => b.samples - a.samples)
}

/** "x <= 3" as "x > 3"; any other test with `not` before it. */
export function negated(test: string): string {
  const first = test.length - test.trimStart().length
  const found = /<=|>=|[<>=]/.exec(test.slice(first + 1))
  if (found === null) return `not ${test}`
  const at = first + 1 + found.index
  const bound = test.slice(at + found[0].length).trim()
  const other = { '<=': '>', '>=': '<', '<': '>=', '>': '<=', '=': '≠' }[found[0] as '<=']
  return bound === '' ? `not ${test}` : `${test.slice(0, at).trimEnd()} ${other} ${bound}`
}
