import { expect, test } from 'vitest'
import { csvCells, csvHeader, predictionRows } from '../../../src-main/trainer/prediction-rows.ts'

const heads = [
  { name: 'seen', column: 'seen', type: 'tags' as const, classes: ['a;b', 'dog', 'owl'], thresholds: [0.9, 0.3, 0.5] },
  { name: 'kind', column: 'kind', type: 'classification' as const, classes: ['x', 'y'] },
]
const outputs = [Float64Array.of(0.8, 0.4, 0.5, 0.95, 0.2, 0.1, 0, 0, 0), Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.5, 0.5)]

test('tags come with their thresholds, the most probable first', () => {
  const [first] = predictionRows(heads, ['1', '2', '3'], outputs)
  expect(first?.heads[0]).toEqual({
    head: 'seen',
    value: null,
    classes: [
      { name: 'a;b', probability: 0.8 },
      { name: 'owl', probability: 0.5 },
      { name: 'dog', probability: 0.4 },
    ],
    thresholds: { 'a;b': 0.9, dog: 0.3, owl: 0.5 },
  })
  expect(first?.heads[1]).not.toHaveProperty('thresholds')
})

test('a row of a CSV has the tags that reach their thresholds, in the order of the head, separated by what none contains', () => {
  expect(csvHeader(heads)).toEqual(['path', 'seen.predicted', 'seen.a;b', 'seen.dog', 'seen.owl', 'kind.predicted', 'kind.x', 'kind.y', 'error']) // prettier-ignore
  const rows = predictionRows(heads, ['1', '2', '3'], outputs).map((row) => csvCells(heads, row))
  expect(rows.map((row) => row[1])).toEqual(['dog|owl', 'a;b', '|'])
  expect(rows[0]).toEqual(['1', 'dog|owl', 0.8, 0.4, 0.5, 'x', 0.9, 0.1, ''])
})
