import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { type Coordinate, testWords } from '../../trees/coordinates.ts'
import { type DecisionTree, isLeaf, majority } from '../../trees/decision-tree.ts'

/** A tree as the window draws it: shares and rows as they were grown, tests in words. */
export function treeExhibit(
  tree: DecisionTree,
  {
    coordinates,
    classes,
    ...shown
  }: {
    id: string
    title: string
    words: string
    coordinates: readonly Coordinate[]
    classes: readonly string[]
  },
): ExhibitInput {
  const nodes = tree.nodes.map((node) => {
    const { counts, left, right, feature, threshold } = node
    const samples = counts.reduce((sum, count) => sum + count, 0)
    const inner = isLeaf(node)
      ? { test: null, left: null, right: null }
      : { test: testWords(coordinates[feature]!, threshold), left, right }
    return {
      ...inner,
      predicted: majority(counts),
      samples,
      shares: counts.map((count) => count / Math.max(1, samples)),
    }
  })
  return { kind: 'tree', ...shown, classes: [...classes], nodes }
}
