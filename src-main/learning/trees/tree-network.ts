import type { Layer, Network } from '../../contract/network.ts'
import type { WeightValues } from '../weights/weight-values.ts'
import { inferNetwork } from '../network/infer.ts'
import { type DecisionTree, isLeaf, nodeProbabilities, type TreeNode } from './decision-tree.ts'

/** The layers that a tree is, behind whatever gives its coordinates. The last one has the name of the head. */
const TESTS = 'tree_tests'
const SIDES = 'tree_sides'
const LEAVES = 'tree_leaves'
const FLAT = 'tree_flatten'

/** A power of two: scaling by it is exact. The step below is exact for differences of at least 2^-64. */
const SCALE = 2 ** 64

/** A decision tree as a network of ordinary layers that gives exactly what the tree gives, so that it is saved, used, measured and exported
 *  as every other network: Nakandala et al., "A Tensor Compiler for Unified Machine Learning Prediction Serving", OSDI 2020 ("GEMM
 *  strategy").
 *
 *  x (d) -> Dense: K (x_f - t) per inner node, K = 2^64
 *        -> ReLU up to 1: 0 where x_f <= t, 1 where x_f > t
 *        -> Dense, ReLU: per leaf 1 - r + sum of sides over its r right turns - sum over its left turns: 1 for the leaf that x falls into,
 *           0 for all others (whole numbers, hence exact)
 *        -> Dense without bias: log probabilities of that leaf, the logits of the head.
 *
 *  `prefix`: network whose only output are the coordinates, e.g. an input layer alone. */
export function treeNetwork(tree: DecisionTree, prefix: Network, head: Pick<Layer, 'name' | 'block'>): Network {
  const [output] = prefix.outputs as [string]
  const { inner, leaves } = placesOf(withTest(tree))
  const isFlat = inferNetwork(prefix).shapes.get(output)!.length === 1
  const layer = (name: string, type: Layer['type'], from: string, config: Layer['config']): Layer => {
    return { name, type, config, inputs: [from], block: 'tree' }
  }
  const flat = isFlat ? [] : [layer(FLAT, 'Flatten', output, {})]
  const layers: Layer[] = [
    ...prefix.layers,
    ...flat,
    layer(TESTS, 'Dense', isFlat ? output : FLAT, { units: inner.length, use_bias: true }),
    layer(SIDES, 'ReLU', TESTS, { max_value: 1 }),
    layer(LEAVES, 'Dense', SIDES, { units: leaves.length, activation: 'relu' }),
    { ...layer(head.name, 'Dense', LEAVES, { units: tree.classes, use_bias: false }), block: head.block },
  ]
  const blocks = [
    ...prefix.blocks,
    { name: 'tree', label: 'Decision tree' },
    ...(head.block === 'tree' ? [] : [{ name: head.block, label: 'Head' }]),
  ]
  return { name: `${prefix.name}-tree`, blocks, layers, outputs: [head.name], features: output }
}

/** The layer whose outputs a tree of the network tests; null: it is no tree. */
export function treeInput(network: Network): string | null {
  return network.layers.find((layer) => layer.name === TESTS)?.inputs[0] ?? null
}

/** The weights of the layers that a tree is. */
export function treeWeights(given: DecisionTree, head: string): WeightValues {
  const tree = withTest(given)
  const { inner, leaves } = placesOf(tree)
  const tests = { kernel: new Float32Array(tree.width * inner.length), bias: new Float32Array(inner.length) }
  inner.forEach((place, i) => {
    const { feature, threshold } = tree.nodes[place]!
    tests.kernel[feature * inner.length + i] = SCALE
    tests.bias[i] = -threshold * SCALE
  })
  const ways = { kernel: new Float32Array(inner.length * leaves.length), bias: new Float32Array(leaves.length).fill(1) }
  const logits = new Float32Array(leaves.length * tree.classes)
  leaves.forEach(({ place, turns }, l) => {
    for (const { node, isLeft } of turns) {
      ways.kernel[inner.indexOf(node) * leaves.length + l] = isLeft ? -1 : 1
      if (!isLeft) ways.bias[l]! -= 1
    }
    logits.set(nodeProbabilities(tree.nodes[place]!).map(Math.log), l * tree.classes)
  })
  return new Map([
    [`${TESTS}/kernel`, { shape: [tree.width, inner.length], values: tests.kernel }],
    [`${TESTS}/bias`, { shape: [inner.length], values: tests.bias }],
    [`${LEAVES}/kernel`, { shape: [inner.length, leaves.length], values: ways.kernel }],
    [`${LEAVES}/bias`, { shape: [leaves.length], values: ways.bias }],
    [`${head}/kernel`, { shape: [leaves.length, tree.classes], values: logits }],
  ])
}

interface Way {
  readonly place: number
  readonly turns: readonly { readonly node: number; readonly isLeft: boolean }[]
}

/** Inner nodes and leaves from left to right, parents first. */
function placesOf({ nodes }: DecisionTree): { inner: number[]; leaves: Way[] } {
  const inner: number[] = []
  const leaves: Way[] = []
  const visit = (place: number, turns: Way['turns']) => {
    const node = nodes[place]!
    if (isLeaf(node)) return void leaves.push({ place, turns })
    inner.push(place)
    visit(node.left, [...turns, { node: place, isLeft: true }])
    visit(node.right, [...turns, { node: place, isLeft: false }])
  }
  visit(0, [])
  return { inner, leaves }
}

/** A tree of one leaf gets a test with the same leaf on both sides: a layer needs at least one unit. */
function withTest(tree: DecisionTree): DecisionTree {
  if (tree.nodes.length > 1) return tree
  const only = tree.nodes[0]!
  const root: TreeNode = { ...only, feature: 0, threshold: 0, left: 1, right: 2 }
  return { ...tree, nodes: [root, only, only] }
}

/** A tree as its layers hold it. */
export type ReadNode =
  | { readonly feature: number; readonly threshold: number; readonly left: number; readonly right: number }
  | { readonly probabilities: readonly number[] }

export interface ReadTree {
  readonly width: number
  readonly classes: number
  /** nodes[0] is the root; children stand behind their parents. */
  readonly nodes: readonly ReadNode[]
  /** The layer that gives the coordinates. */
  readonly from: string
}

/** The tree that a network ends in, read back from its weights; null: it does not end in one. `read` gives a weight by full name. */
export function readTree(network: Network, read: (fullName: string) => Float32Array): ReadTree | null {
  const tests = network.layers.find(({ name }) => name === TESTS)
  const head = network.layers.find(({ type, inputs }) => type === 'Dense' && inputs[0] === LEAVES)
  if (tests === undefined || head === undefined) return null
  const flat = network.layers.find(({ name }) => name === FLAT)
  const [thresholds, ways, wayBias, logits] = [
    read(`${TESTS}/bias`),
    read(`${LEAVES}/kernel`),
    read(`${LEAVES}/bias`),
    read(`${head.name}/kernel`),
  ]
  const kernel = read(`${TESTS}/kernel`)
  const [inner, leaves] = [thresholds.length, wayBias.length]
  const width = kernel.length / inner
  const features = Array.from({ length: inner }, (_, i) =>
    Array.from({ length: width }, (_, f) => kernel[f * inner + i]!).indexOf(SCALE),
  )
  const classes = logits.length / leaves
  const nodes: ReadNode[] = []
  const build = (own: readonly number[], open: readonly number[]): number => {
    const place = nodes.length
    if (own.length === 1) {
      const l = own[0]!
      return nodes.push({ probabilities: Array.from(logits.subarray(l * classes, (l + 1) * classes), Math.exp) }) - 1
    }
    // The root of a part is the one test that stands on the way to all of its leaves.
    const i = open.find((test) => own.every((l) => ways[test * leaves + l] !== 0))!
    const rest = open.filter((test) => test !== i)
    nodes.push({ probabilities: [] })
    const left = build(
      own.filter((l) => ways[i * leaves + l] === -1),
      rest,
    )
    const right = build(
      own.filter((l) => ways[i * leaves + l] === 1),
      rest,
    )
    nodes[place] = { feature: features[i]!, threshold: -thresholds[i]! / SCALE, left, right }
    return place
  }
  const all = (count: number) => Array.from({ length: count }, (_, i) => i)
  build(all(leaves), all(inner))
  return { width, classes, nodes, from: (flat ?? tests).inputs[0]! }
}
