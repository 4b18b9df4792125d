import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fitTemperature, negativeLogLikelihood } from '../../src-main/learning/metrics/temperature.ts'
import {
  countLeaves,
  type DecisionTree,
  isLeaf,
  predictClasses,
  treeDepth,
} from '../../src-main/learning/trees/decision-tree.ts'
import { growTree } from '../../src-main/learning/strategies/born-again-tree/grow-tree.ts'
import { pruningSequence } from '../../src-main/learning/strategies/born-again-tree/prune-tree.ts'

interface SklearnNode {
  feature: number
  threshold?: number
  samples: number
}

interface Fixture {
  width: number
  classes: number
  x: number[]
  y: number[]
  probe: number[]
  trees: Record<
    string,
    {
      options: { max_leaf_nodes?: number; max_depth?: number; min_samples_leaf?: number }
      leaves: number
      depth: number
      preorder: SklearnNode[]
      predicted: number[]
    }
  >
  pruning: { alphas: number[]; leaves: number[] }
  temperature: { logits: number[]; labels: number[]; best: number; nll: number; nllAt1: number }
}

const FIXTURE = new URL('../fixtures/reference/decision-trees.json', import.meta.url)
const fixture = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Fixture
const { width, classes } = fixture
const data = { width, x: Float32Array.from(fixture.x), y: Int32Array.from(fixture.y) }
const grow = (options: Fixture['trees'][string]['options']) =>
  growTree(data, {
    classes,
    maxLeaves: options.max_leaf_nodes ?? Infinity,
    maxDepth: options.max_depth ?? Infinity,
    minLeaf: options.min_samples_leaf ?? 1,
  })

function preorder(tree: DecisionTree, at = 0): SklearnNode[] {
  const node = tree.nodes[at]!
  const samples = node.counts.reduce((sum, count) => sum + count, 0)
  if (isLeaf(node)) return [{ feature: -1, samples }]
  const { feature, threshold } = node
  return [{ feature, threshold, samples }, ...preorder(tree, node.left), ...preorder(tree, node.right)]
}

test.each(Object.entries(fixture.trees))('%s: the tree that scikit-learn grows', async (_name, expected) => {
  const tree = await grow(expected.options)
  expect(countLeaves(tree)).toBe(expected.leaves)
  expect(treeDepth(tree)).toBe(expected.depth)
  const nodes = preorder(tree)
  expect(nodes.map(({ feature, samples }) => [feature, samples])).toEqual(
    expected.preorder.map(({ feature, samples }) => [feature, samples]),
  )
  nodes.forEach(({ threshold }, i) => {
    if (threshold !== undefined) expect(threshold).toBeCloseTo(expected.preorder[i]!.threshold!, 6)
  })
  expect([...predictClasses(tree, Float32Array.from(fixture.probe))]).toEqual(expected.predicted)
})

test('the pruning sequence and its prices are scikit-learn’s', async () => {
  const sequence = pruningSequence(await grow({ min_samples_leaf: 8 }))
  expect(sequence.map(({ tree }) => countLeaves(tree))).toEqual(fixture.pruning.leaves)
  sequence.forEach(({ alpha }, i) => expect(alpha).toBeCloseTo(fixture.pruning.alphas[i]!, 9))
})

test('the temperature is that of SciPy’s bounded search', () => {
  const { logits, labels, best, nll, nllAt1 } = fixture.temperature
  const rows = { logits: Float32Array.from(logits), classes: 4, labels }
  const temperature = fitTemperature(rows)
  expect(temperature).toBeCloseTo(best, 3)
  expect(negativeLogLikelihood(rows, temperature)).toBeCloseTo(nll, 9)
  expect(negativeLogLikelihood(rows, 1)).toBeCloseTo(nllAt1, 6)
})
