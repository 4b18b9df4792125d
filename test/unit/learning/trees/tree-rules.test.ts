import { expect, test } from 'vitest'
import { tableCoordinates, testWords } from '../../../../src-main/learning/trees/coordinates.ts'
import type { DecisionTree } from '../../../../src-main/learning/trees/decision-tree.ts'
import { rulesText } from '../../../../src-main/learning/trees/tree-rules.ts'
import { treeExhibit } from '../../../../src-main/learning/strategies/born-again-tree/tree-exhibit.ts'
import { Exhibit } from '../../../../src-main/contract/exhibits.ts'

const { coordinates, groups } = tableCoordinates({
  kind: 'table',
  columns: [
    { name: 'age', type: 'numeric', mean: 40, std: 10 },
    { name: 'colour', type: 'categorical', categories: ['red', 'green', 'blue'] },
    { name: 'flat', type: 'numeric', mean: 3, std: 0 },
  ],
})
const leaf = { feature: -1, threshold: 0, left: -1, right: -1 }
const tree: DecisionTree = {
  width: 5,
  classes: 2,
  nodes: [
    { feature: 0, threshold: -0.5, left: 1, right: 2, counts: [8, 12], weight: 1 },
    { ...leaf, counts: [6, 0], weight: 0.3 },
    { feature: 2, threshold: 0.5, left: 3, right: 4, counts: [2, 12], weight: 0.7 },
    { ...leaf, counts: [0, 12], weight: 0.6 },
    { ...leaf, counts: [2, 0], weight: 0.1 },
  ],
}

test('columns become coordinates with their groups, in the order of the inputs', () => {
  expect(coordinates.map(({ name }) => name)).toEqual(['age', 'colour', 'colour', 'colour', 'flat'])
  expect(groups).toEqual([[1, 2, 3]])
})

test('thresholds far from 0 keep the digits that tell rows apart', () => {
  const when = { kind: 'number' as const, name: 'when', mean: 1.7e12, std: 1000 }
  expect(testWords(when, 0.25)).toBe('when <= 1700000000250')
  expect(testWords({ ...when, name: 'year', mean: 2015, std: 4 }, 0.125)).toBe('year <= 2015.5')
})

test('rules speak of columns in their own units', () => {
  const nodes = [
    tree.nodes[0]!,
    { probabilities: [0.9, 0.1] },
    tree.nodes[2]!,
    { probabilities: [0.05, 0.95] },
    { probabilities: [0.75, 0.25] },
  ]
  expect(rulesText({ nodes }, coordinates, ['stays', 'leaves'])).toBe(
    [
      'if age <= 35:',
      '  stays (90 %)',
      'else:',
      '  if colour is not green:',
      '    leaves (95 %)',
      '  else:',
      '    stays (75 %)',
      '',
    ].join('\n'),
  )
})

test('the drawn tree has tests, shares and rows', () => {
  const drawn = Exhibit.parse(
    treeExhibit(tree, { id: 'tree', title: 'Tree', words: '', coordinates, classes: ['stays', 'leaves'] }),
  )
  expect(drawn).toMatchObject({
    kind: 'tree',
    nodes: [
      { test: 'age <= 35', left: 1, right: 2, predicted: 1, samples: 20, shares: [0.4, 0.6] },
      { test: null, left: null, right: null, predicted: 0, samples: 6, shares: [1, 0] },
      { test: 'colour is not green', predicted: 1, samples: 14 },
      { predicted: 1, samples: 12 },
      { predicted: 0, samples: 2 },
    ],
  })
})
