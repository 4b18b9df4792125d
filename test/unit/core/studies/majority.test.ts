import { describe, expect, it } from 'vitest'
import type { DatasetState } from '../../../../src-main/core/store/dataset-state.ts'
import { countLabelled, majorityBaseline } from '../../../../src-main/core/studies/majority.ts'

const [TRAIN, VALIDATION, TEST] = [0, 1, 2]
const SPECIES = {
  name: 'species',
  column: 'label',
  type: 'classification' as const,
  classes: ['cat', 'dog', 'fox'],
  weight: 1,
}
const AGE = { name: 'age', column: 'age', type: 'regression' as const, classes: [], weight: 1 }

/** A dataset of items [split, class or number]. */
function dataset(column: { name: string; classes: string[] }, items: [number, number][]): DatasetState {
  const labelColumns = [{ id: 1, type: column.classes.length > 0 ? 'classification' : 'regression', ...column }]
  return {
    row: { labelColumns },
    split: Float64Array.from(items, ([split]) => split),
    labels: new Map([[1, Float64Array.from(items, ([, label]) => label)]]),
  } as unknown as DatasetState
}
const classes = (...items: [number, number][]) => dataset({ name: 'label', classes: ['cat', 'dog', 'fox'] }, items)
const numbers = (...items: [number, number][]) => dataset({ name: 'age', classes: [] }, items)

describe('the most common class as the answer to everything', () => {
  it('is that of the train split, measured on the others', () => {
    const state = classes(
      [TRAIN, 1],
      [TRAIN, 0],
      [TRAIN, 1],
      [VALIDATION, 0],
      [VALIDATION, 1],
      [TEST, 1],
      [TEST, 0],
      [TEST, 0],
      [TEST, 0],
    )
    expect(majorityBaseline(state, [SPECIES])).toEqual({
      values: { 'validation.accuracy': 0.5, 'test.accuracy': 0.25 },
      words: 'always answering “dog”, the most common class',
    })
  })

  it('is the first of those that are equally common', () => {
    const state = classes([TRAIN, 2], [TRAIN, 1], [TRAIN, 2], [TRAIN, 1], [TRAIN, 0], [TEST, 1])
    expect(majorityBaseline(state, [SPECIES])?.words).toContain('“dog”')
  })

  it('has no figure for a split without labels', () => {
    const state = classes([TRAIN, 0], [VALIDATION, Number.NaN], [TEST, 0])
    expect(majorityBaseline(state, [SPECIES])?.values).toEqual({ 'test.accuracy': 1 })
  })

  it('counts classes as the head does, and leaves out those that it has not', () => {
    const head = { ...SPECIES, classes: ['fox', 'cat'] }
    // Two foxes against one cat; the three dogs are no class of this head.
    const state = classes([TRAIN, 1], [TRAIN, 1], [TRAIN, 1], [TRAIN, 2], [TRAIN, 2], [TRAIN, 0], [TEST, 2], [TEST, 1])
    expect(majorityBaseline(state, [head])).toEqual({
      values: { 'test.accuracy': 1 },
      words: 'always answering “fox”, the most common class',
    })
    expect(countLabelled(state, [head])).toBe(3)
  })

  it('is named after the first head where there are several', () => {
    const state = classes([TRAIN, 0], [TEST, 0])
    expect(majorityBaseline(state, [SPECIES, AGE])?.values).toEqual({ 'test.species.accuracy': 1 })
  })
})

describe('the mean as the answer to everything', () => {
  it('is that of the train split, measured by its errors on the others', () => {
    // The mean is 3. Validation: errors 1 and 3; its own mean is 4, spread 2 * 4 = 8, squares 1 + 9 = 10.
    const state = numbers([TRAIN, 1], [TRAIN, 5], [VALIDATION, 2], [VALIDATION, 6])
    expect(majorityBaseline(state, [AGE])).toEqual({
      values: { 'validation.mae': 2, 'validation.rmse': Math.sqrt(5), 'validation.r2': 1 - 10 / 8 },
      words: 'always answering 3, the mean',
    })
  })

  it('has no r2 where all values are the same', () => {
    expect(majorityBaseline(numbers([TRAIN, 0], [TEST, 4]), [AGE])?.values).toEqual({ 'test.mae': 4, 'test.rmse': 4 })
  })

  it('is said with four digits', () => {
    expect(majorityBaseline(numbers([TRAIN, 1], [TRAIN, 1], [TRAIN, 2], [TEST, 4]), [AGE])?.words).toContain('1.333,')
  })
})

describe('labels of the train split', () => {
  it('are those that there are', () => {
    const state = classes([TRAIN, 0], [TRAIN, Number.NaN], [TRAIN, 2], [TEST, 0])
    expect(countLabelled(state, [SPECIES])).toBe(2)
    expect(countLabelled(numbers([TRAIN, -1], [TRAIN, 0], [TRAIN, Number.NaN]), [AGE])).toBe(2)
  })

  it('are none without a head, a column, or values', () => {
    const state = classes([TRAIN, 0])
    const empty = { ...state, labels: new Map() }
    for (const [of, heads] of [
      [state, []],
      [state, [AGE]],
      [empty, [SPECIES]],
    ] as const) {
      expect([countLabelled(of, heads), majorityBaseline(of, heads)]).toEqual([0, null])
    }
    expect(majorityBaseline(classes([TRAIN, Number.NaN], [TEST, 0]), [SPECIES])).toBeNull()
  })
})
