/** One node of a binary decision tree. */
export interface TreeNode {
  /** The coordinate that an inner node tests; -1: a leaf. */
  readonly feature: number
  /** A row goes left where its coordinate is at most this. A 32-bit number, as the rows are. */
  readonly threshold: number
  /** Places in the tree's list; -1 in a leaf. */
  readonly left: number
  readonly right: number
  /** Rows per class that the node was grown from. */
  readonly counts: readonly number[]
  /** Share of all rows that reach the node, 0..1. */
  readonly weight: number
}

/** A classification tree. nodes[0] is the root; children stand behind their parents. */
export interface DecisionTree {
  readonly width: number
  readonly classes: number
  readonly nodes: readonly TreeNode[]
}

export function isLeaf(node: TreeNode): boolean {
  return node.feature < 0
}

/** Place of the leaf that a row (at `offset` of `x`) falls into. */
export function leafOf({ nodes }: DecisionTree, x: ArrayLike<number>, offset = 0): number {
  let at = 0
  while (!isLeaf(nodes[at]!)) {
    const { feature, threshold, left, right } = nodes[at]!
    at = x[offset + feature]! <= threshold ? left : right
  }
  return at
}

/** The class that most rows of a node have; the lower index among equals. */
export function majority(counts: readonly number[]): number {
  let best = 0
  for (let c = 1; c < counts.length; c++) if (counts[c]! > counts[best]!) best = c
  return best
}

/** Probability of each class in a node, with Laplace's correction (n_c + 1) / (n + classes), so that no class is ruled out by a few
 *  rows. Provost, Domingos, "Tree Induction for Probability-Based Ranking", Machine Learning 52, 2003. */
export function nodeProbabilities({ counts }: Pick<TreeNode, 'counts'>): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (count + 1) / (total + counts.length))
}

/** Predicted class of each row of `x` (n * width). */
export function predictClasses(tree: DecisionTree, x: Float32Array): Int32Array {
  const predicted = tree.nodes.map((node) => majority(node.counts))
  return Int32Array.from({ length: x.length / tree.width }, (_, i) => predicted[leafOf(tree, x, i * tree.width)]!)
}

export function countLeaves({ nodes }: Pick<DecisionTree, 'nodes'>): number {
  return nodes.filter(isLeaf).length
}

/** Tests on the longest way from the root to a leaf. */
export function treeDepth({ nodes }: Pick<DecisionTree, 'nodes'>, at = 0): number {
  const node = nodes[at]!
  return isLeaf(node) ? 0 : 1 + Math.max(treeDepth({ nodes }, node.left), treeDepth({ nodes }, node.right))
}

/** Gini's impurity 1 - sum p_c^2 (Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees", 1984, section 4.3). */
export function gini(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return 0
  return 1 - counts.reduce((sum, count) => sum + (count / total) ** 2, 0)
}

/** The tree in which the given inner nodes are leaves; what hung below them is gone. */
export function cutAt(tree: DecisionTree, cut: ReadonlySet<number>): DecisionTree {
  const nodes: TreeNode[] = []
  const copy = (from: number): number => {
    const node = tree.nodes[from]!
    const at = nodes.push(node) - 1
    if (isLeaf(node)) return at
    if (cut.has(from)) nodes[at] = { ...node, feature: -1, threshold: 0, left: -1, right: -1 }
    else {
      const left = copy(node.left)
      nodes[at] = { ...node, left, right: copy(node.right) }
    }
    return at
  }
  copy(0)
  return { ...tree, nodes }
}
