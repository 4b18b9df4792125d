import { expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { createInference } from '../../src-main/learning/engine/model/inference.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import {
  countLeaves,
  type DecisionTree,
  leafOf,
  nodeProbabilities,
} from '../../src-main/learning/trees/decision-tree.ts'
import { growTree } from '../../src-main/learning/strategies/born-again-tree/grow-tree.ts'
import { readTree, treeNetwork, treeWeights } from '../../src-main/learning/trees/tree-network.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const WIDTH = 6
const CLASSES = 4
const prefix: Network = {
  name: 'table',
  blocks: [{ name: 'input', label: 'input' }],
  layers: [{ name: 'input', type: 'InputLayer', config: { shape: [WIDTH] }, inputs: [], block: 'input' }],
  outputs: ['input'],
  features: 'input',
}
const head = { name: 'head_label', block: 'head' }

async function randomTree(rows: number, maxLeaves: number): Promise<DecisionTree> {
  const random = seededRandom(rows)
  const x = Float32Array.from({ length: rows * WIDTH }, () => Math.fround((random() - 0.5) * 10 ** (8 * random() - 4)))
  const y = Int32Array.from({ length: rows }, () => Math.floor(random() * CLASSES))
  return growTree({ width: WIDTH, x, y }, { classes: CLASSES, maxLeaves, maxDepth: 60, minLeaf: 1 })
}

function outputsOf(tree: DecisionTree, x: Float32Array): Float32Array {
  const network = treeNetwork(tree, prefix, head)
  const weights = treeWeights(tree, head.name)
  for (const { fullName, shape } of inferNetwork(network).weights) expect(weights.get(fullName)?.shape).toEqual(shape)
  const samples = { shape: [WIDTH], layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(nativeRuntime(), { network, weights, samples, precision: 'float32' })
  const [outputs] = inference.run(x)
  inference.dispose()
  return outputs!
}

test.each([
  [40, 3],
  [300, 1000],
])('a tree of %i rows as a network gives each leaf exactly, rows at a threshold too', async (rows, maxLeaves) => {
  const tree = await randomTree(rows, maxLeaves)
  const random = seededRandom(1)
  const x = Float32Array.from({ length: 400 * WIDTH }, () => Math.fround((random() - 0.5) * 10 ** (8 * random() - 4)))
  // A row on each threshold, and the next larger number beside it.
  const steps = new Float32Array(1)
  const word = new Int32Array(steps.buffer)
  tree.nodes.forEach(({ feature, threshold }, i) => {
    if (feature < 0 || i >= 200) return
    x[i * WIDTH + feature] = threshold
    steps[0] = threshold
    word[0]! += threshold < 0 ? -1 : 1
    x[(i + 200) * WIDTH + feature] = steps[0]!
  })
  const outputs = outputsOf(tree, x)
  for (let i = 0; i < 400; i++) {
    const expected = nodeProbabilities(tree.nodes[leafOf(tree, x, i * WIDTH)]!)
    expected.forEach((p, c) => expect(outputs[i * CLASSES + c]).toBe(Math.fround(Math.log(p))))
  }
})

test('a tree of one leaf is a network too', async () => {
  const rows = { width: WIDTH, x: new Float32Array(2 * WIDTH), y: Int32Array.from([2, 2]) }
  const tree = await growTree(rows, { classes: CLASSES, maxLeaves: 9, maxDepth: 9, minLeaf: 1 })
  expect(countLeaves(tree)).toBe(1)
  const outputs = outputsOf(
    tree,
    Float32Array.from({ length: 2 * WIDTH }, (_, i) => i - 5),
  )
  expect([...outputs.subarray(0, 4)].map((z) => Math.exp(z).toFixed(4))).toEqual([
    '0.1667',
    '0.1667',
    '0.5000',
    '0.1667',
  ])
})

test('the tree is read back from its layers', async () => {
  const tree = await randomTree(120, 1000)
  const weights = treeWeights(tree, head.name)
  const network = treeNetwork(tree, prefix, head)
  const read = readTree(network, (name) => weights.get(name)!.values)!
  expect(read).toMatchObject({ width: WIDTH, classes: CLASSES, from: 'input' })
  const random = seededRandom(2)
  for (let i = 0; i < 300; i++) {
    const x = Float32Array.from({ length: WIDTH }, () => Math.fround((random() - 0.5) * 10 ** (8 * random() - 4)))
    let at = read.nodes[0]!
    while ('feature' in at) at = read.nodes[x[at.feature]! <= at.threshold ? at.left : at.right]!
    const expected = nodeProbabilities(tree.nodes[leafOf(tree, x)]!)
    expected.forEach((p, c) => expect((at as { probabilities: number[] }).probabilities[c]).toBeCloseTo(p, 6))
  }
  expect(readTree(prefix, () => new Float32Array())).toBeNull()
})
