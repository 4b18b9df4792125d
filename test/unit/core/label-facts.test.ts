import { describe, expect, it } from 'vitest'
import type { DatasetState } from '../../../src-main/core/store/dataset-state.ts'
import { labelRelations, labelSummaries } from '../../../src-main/core/datasets/label-facts.ts'

/** Eight training items and one of the test split, whose labels must not count. */
function state(
  columns: Record<string, { type: 'classification' | 'regression'; values: (number | null)[] }>,
): DatasetState {
  const labelColumns = Object.entries(columns).map(([name, { type }], id) => ({
    id,
    name,
    type,
    classes: ['a', 'b', 'c'],
  }))
  const labels = new Map(
    Object.values(columns).map(({ values }, id) => [id, Float64Array.from([...values, 9], (value) => value ?? NaN)]),
  )
  const split = Float64Array.from([0, 0, 0, 0, 0, 0, 0, 0, 2])
  return {
    row: { labelColumns },
    split,
    labels,
    itemFacts: { features: [] },
    filtered: new Map(),
  } as unknown as DatasetState
}

const classes = (...values: (number | null)[]) => ({ type: 'classification' as const, values })
const numbers = (...values: (number | null)[]) => ({ type: 'regression' as const, values })

describe('label columns over the train split', () => {
  it('are counted; numbers have a mean and a spread', () => {
    const summaries = labelSummaries(
      state({ kind: classes(0, 1, null, 0, 0, 0, 0, 0), size: numbers(1, 3, 1, 3, null, null, null, null) }),
    )
    expect(summaries).toEqual({
      kind: { labelled: 7, mean: null, std: null },
      size: { labelled: 4, mean: 2, std: 1 },
    })
  })

  it('equal numbers explain nothing, whatever rounding makes of their mean', () => {
    const values = numbers(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
    const facts = state({ same: values, kind: classes(0, 1, 0, 1, 0, 0, 1, 1), size: numbers(1, 2, 3, 4, 5, 6, 7, 8) })
    expect(labelSummaries(facts)['same']).toMatchObject({ mean: 0.1, std: 0 })
    const ofSame = labelRelations(facts).filter(({ a }) => a === 'same')
    expect(ofSame).toMatchObject([{ aFromB: 0 }, { aFromB: 0, bFromA: 0 }])
  })

  it('a class from a class: the share that its most frequent partner names right', () => {
    const [relation] = labelRelations(
      state({ digit: classes(0, 1, 2, 0, 1, 2, 0, 1), even: classes(0, 1, 0, 0, 1, 0, 0, null) }),
    )
    // even from digit: all. digit from even: of the five 0s three are digit 0, of the two 1s both are digit 1: 5 / 7.
    expect(relation).toEqual({ a: 'digit', b: 'even', both: 7, aFromB: 5 / 7, bFromA: 1 })
  })

  it('a number from a number: r squared, whatever its sign and scale', () => {
    const [relation] = labelRelations(
      state({ size: numbers(1, 2, 3, 4, 5, 6, 7, 8), loss: numbers(-2, -4, -6, -8, -10, -12, -14, -16) }),
    )
    expect(relation).toMatchObject({ both: 8, aFromB: expect.closeTo(1, 10), bFromA: expect.closeTo(1, 10) })
  })

  it('a number from a class: the variance between classes; a class from a number is not measured', () => {
    const [relation] = labelRelations(
      state({ kind: classes(0, 0, 0, 0, 1, 1, 1, 1), size: numbers(1, 3, 1, 3, 5, 7, 5, 7) }),
    )
    // Means 2 and 6 around 4, spread 1 within: 4 / 5.
    expect(relation).toMatchObject({ aFromB: 0, bFromA: expect.closeTo(0.8, 10) })
  })

  it('columns that no item has both of', () => {
    const [relation] = labelRelations(
      state({ one: classes(0, 1, 0, 1, null, null, null, null), other: classes(null, null, null, null, 0, 1, 0, 1) }),
    )
    expect(relation).toEqual({ a: 'one', b: 'other', both: 0, aFromB: 0, bFromA: 0 })
  })
})
