import { expect, it } from 'vitest'
import type { DatasetState } from '../../../src-main/core/store/dataset-state.ts'
import { addClassEdit, labelEdit, renameClassEdit } from '../../../src-main/core/datasets/edit-labels.ts'

const COMPOSED = 'caf\u00e9'
const DECOMPOSED = 'cafe\u0301'

const state = (classes: readonly string[]): DatasetState =>
  ({
    row: {
      name: 'toy',
      items: 2,
      split: {},
      labelColumns: [
        { id: 1, name: 'label', type: 'classification', classes },
        { id: 2, name: 'weight', type: 'regression', classes: [] },
      ],
    },
    labels: new Map([1, 2].map((id) => [id, new Float64Array(2).fill(Number.NaN)])),
  }) as unknown as DatasetState

it.each(['0x10', '0b1', 'twelve', '', 'Infinity', '1,5'])('%j is no number for a quantity', (text) => {
  expect(() => labelEdit(state([]), 'weight', [1], text)).toThrow('Expected a number for weight')
})

it.each([
  ['12', 12],
  [' -.5e1 ', -5],
  ['3.', 3],
])('%j is the number %d', (text, number) => {
  expect(labelEdit(state([]), 'weight', [1], text)?.delta.values[0]?.after[0]).toBe(number)
})

it('two Unicode forms of a name are one class, also beside a class of an older workspace', () => {
  for (const [known, said] of [
    [COMPOSED, DECOMPOSED],
    [DECOMPOSED, COMPOSED],
  ] as const) {
    const edit = labelEdit(state(['cat', known]), 'label', [1], said)
    expect([edit?.delta.schema, edit?.delta.values[0]?.after[0]]).toEqual([null, 1])
    expect(addClassEdit(state([known]), 'label', said)).toBe(null)
    expect(() => renameClassEdit(state(['cat', known]), 'label', 'cat', said)).toThrow('no class of label has')
  }
  const added = labelEdit(state(['cat']), 'label', [1], DECOMPOSED)
  expect(added?.delta.schema?.after.labelColumns[0]?.classes).toEqual(['cat', COMPOSED])
})
