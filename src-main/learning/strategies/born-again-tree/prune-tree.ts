import type { LabelledRows } from './best-split.ts'
import { cutAt, type DecisionTree, gini, isLeaf, predictClasses } from '../../trees/decision-tree.ts'

/** A tree of the pruning sequence, and the complexity price from which on it is the best. */
export interface Pruned {
  readonly tree: DecisionTree
  readonly alpha: number
}

/** Minimal cost-complexity pruning (Breiman et al., CART, 1984, section 3.3): with R(t) = weight * gini of a node and R(T_t) the sum over
 *  the leaves below it, the inner node with the lowest g(t) = (R(t) - R(T_t)) / (leaves - 1) becomes a leaf, again and again. From
 *  the whole tree down to the root alone; nodes with the same g go together. As scikit-learn's cost_complexity_pruning_path. */
export function pruningSequence(tree: DecisionTree): Pruned[] {
  const sequence: Pruned[] = [{ tree, alpha: 0 }]
  let current = tree
  while (current.nodes.length > 1) {
    const links = weakestLinks(current)
    const alpha = Math.max(links.alpha, sequence.at(-1)!.alpha)
    current = cutAt(current, links.nodes)
    const last = sequence.at(-1)!
    if (alpha - last.alpha <= TOLERANCE) sequence[sequence.length - 1] = { tree: current, alpha: last.alpha }
    else sequence.push({ tree: current, alpha })
  }
  return sequence
}

const TOLERANCE = 1e-12

function weakestLinks(tree: DecisionTree): { alpha: number; nodes: Set<number> } {
  const below = tree.nodes.map(() => ({ risk: 0, leaves: 0 }))
  // Children stand behind their parents.
  for (let i = tree.nodes.length - 1; i >= 0; i--) {
    const node = tree.nodes[i]!
    if (isLeaf(node)) below[i] = { risk: node.weight * gini(node.counts), leaves: 1 }
    else {
      const [left, right] = [below[node.left]!, below[node.right]!]
      below[i] = { risk: left.risk + right.risk, leaves: left.leaves + right.leaves }
    }
  }
  const price = (i: number) => {
    const node = tree.nodes[i]!
    return (node.weight * gini(node.counts) - below[i]!.risk) / (below[i]!.leaves - 1)
  }
  const inner = tree.nodes.flatMap((node, i) => (isLeaf(node) ? [] : [i]))
  const alpha = Math.min(...inner.map(price))
  return { alpha, nodes: new Set(inner.filter((i) => price(i) <= alpha + TOLERANCE)) }
}

/** The tree of the pruning sequence that errs least on rows it was not grown from; the smallest among equals. Breiman et al., CART, 1984,
 *  section 3.4.1. */
export function pruneOn(tree: DecisionTree, fresh: LabelledRows): Pruned & { readonly error: number } {
  let best: (Pruned & { error: number }) | null = null
  for (const each of pruningSequence(tree)) {
    const error = treeError(each.tree, fresh)
    if (best === null || error <= best.error) best = { ...each, error }
  }
  return best!
}

/** Share of rows whose class the tree does not predict. */
export function treeError(tree: DecisionTree, { x, y }: LabelledRows): number {
  const predicted = predictClasses(tree, x)
  let wrong = 0
  for (let i = 0; i < y.length; i++) if (predicted[i] !== y[i]) wrong += 1
  return y.length === 0 ? 0 : wrong / y.length
}
