import { bestSplit, type LabelledRows, MAX_ROWS, type Split } from './best-split.ts'
import type { DecisionTree, TreeNode } from '../../trees/decision-tree.ts'

export interface GrowOptions {
  readonly classes: number
  readonly maxLeaves: number
  readonly maxDepth: number
  /** Rows that each leaf holds at least. */
  readonly minLeaf: number
}

/** One test on the way to a node. */
export interface PathStep {
  readonly feature: number
  readonly threshold: number
  readonly isLeft: boolean
}

export interface GrowHooks {
  /** Further rows that fall into a node, before it is split; nothing: it is split on those it has. */
  more?(path: readonly PathStep[], have: number): Promise<LabelledRows | null> | LabelledRows | null
  /** Awaited before each split, with the tree so far. */
  afterSplit?(leaves: number, soFar: () => DecisionTree): Promise<void>
}

/** A node whose test is known and that has not been split yet. */
interface Open {
  readonly place: number
  readonly depth: number
  readonly path: readonly PathStep[]
  readonly data: LabelledRows
  readonly rows: Int32Array
  readonly split: Split
}

/** Grows a classification tree (CART: Breiman, Friedman, Olshen, Stone, 1984): Gini's impurity, exact thresholds, best node first:
 *  the split that lowers the impurity of the whole tree most comes next, until there are `maxLeaves` leaves or no split helps. The order
 *  is that of scikit-learn's `max_leaf_nodes`. Without `hooks.more` it grows from `data` alone. */
export async function growTree(data: LabelledRows, options: GrowOptions, hooks: GrowHooks = {}): Promise<DecisionTree> {
  checkRows(data, options)
  const nodes: TreeNode[] = []
  const open: Open[] = []
  const add = async (given: { data: LabelledRows; rows: Int32Array }, path: readonly PathStep[], weight: number) => {
    const { data: own, rows } = await filled(given, path, hooks)
    const place = nodes.push(leaf(own, rows, options.classes, weight)) - 1
    const split = path.length < options.maxDepth ? bestSplit(own, rows, options.classes, options.minLeaf) : null
    if (split !== null) open.push({ place, depth: path.length, path, data: own, rows, split })
    return place
  }
  const soFar = (): DecisionTree => ({ width: data.width, classes: options.classes, nodes: [...nodes] })
  await add({ data, rows: Int32Array.from(data.y.keys()) }, [], 1)
  for (let leaves = 1; leaves < options.maxLeaves && open.length > 0; leaves++) {
    await hooks.afterSplit?.(leaves, soFar)
    const next = takeBest(open, nodes)
    const sides = partition(next)
    const { feature, threshold } = next.split
    const { weight } = nodes[next.place]!
    const share = sides.left.length / next.rows.length
    const path = (isLeft: boolean) => [...next.path, { feature, threshold, isLeft }]
    const left = await add({ data: next.data, rows: sides.left }, path(true), weight * share)
    const right = await add({ data: next.data, rows: sides.right }, path(false), weight * (1 - share))
    nodes[next.place] = { ...nodes[next.place]!, feature, threshold, left, right }
  }
  return soFar()
}

function checkRows({ width, x, y }: LabelledRows, { classes }: GrowOptions): void {
  if (y.length === 0 || x.length !== y.length * width) throw new Error(`${x.length} values for ${y.length} rows`)
  if (y.length > MAX_ROWS) throw new Error(`a tree grows from at most ${MAX_ROWS} rows, not ${y.length}`)
  if (x.some((value) => Number.isNaN(value))) throw new Error('a row has a missing value')
  if (y.some((label) => label < 0 || label >= classes)) throw new Error(`a label is not one of ${classes} classes`)
}

/** Rows of a node together with those that are made for it. */
async function filled(given: { data: LabelledRows; rows: Int32Array }, path: readonly PathStep[], { more }: GrowHooks) {
  const extra = (await more?.(path, given.rows.length)) ?? null
  if (extra === null || extra.y.length === 0) return given
  const { width } = given.data
  const count = given.rows.length + extra.y.length
  const x = new Float32Array(count * width)
  const y = new Int32Array(count)
  given.rows.forEach((row, i) => {
    x.set(given.data.x.subarray(row * width, (row + 1) * width), i * width)
    y[i] = given.data.y[row]!
  })
  x.set(extra.x, given.rows.length * width)
  y.set(extra.y, given.rows.length)
  return { data: { width, x, y }, rows: Int32Array.from(y.keys()) }
}

function leaf(data: LabelledRows, rows: Int32Array, classes: number, weight: number): TreeNode {
  const counts = new Array<number>(classes).fill(0)
  for (const row of rows) counts[data.y[row]!]! += 1
  return { feature: -1, threshold: 0, left: -1, right: -1, counts, weight }
}

/** Takes the node whose split lowers the impurity of the whole tree most; the earlier one among equals. */
function takeBest(open: Open[], nodes: readonly TreeNode[]): Open {
  const gain = ({ place, split }: Open) => nodes[place]!.weight * split.decrease
  let best = 0
  for (let i = 1; i < open.length; i++) if (gain(open[i]!) > gain(open[best]!)) best = i
  return open.splice(best, 1)[0]!
}

function partition({ data, rows, split }: Open) {
  const goesLeft = (row: number) => data.x[row * data.width + split.feature]! <= split.threshold
  return { left: rows.filter(goesLeft), right: rows.filter((row) => !goesLeft(row)) }
}
