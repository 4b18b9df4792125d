import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import {
  applyDelta,
  columnNamed,
  copyState,
  type DatasetState,
  labelText,
  loadState,
  valuesOf,
} from '../../../../src-main/core/store/dataset-state.ts'
import { findDataset, insertDataset, updateDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import { SPLIT_FIELD, writeValues } from '../../../../src-main/core/store/values-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

const LABEL = { id: 1, name: 'label', type: 'classification' as const, classes: ['cat', 'dog'] }
const AGE = { id: 2, name: 'age', type: 'regression' as const, classes: [] }

let db: Db
let state: DatasetState
beforeEach(() => {
  db = memoryStore()
  const key = insertDataset(db, newDataset('d'))
  updateDataset(db, key, { state: 'ready', items: 3, labelColumns: [LABEL, AGE] })
  writeValues(db, { dataset: key, field: SPLIT_FIELD }, new Float64Array([0, 1, 2]))
  writeValues(db, { dataset: key, field: 1 }, new Float64Array([1, Number.NaN, 0]))
  state = loadState(db, findDataset(db, 'd')!)
})

describe('the state of a dataset', () => {
  it('has the split and every label column by place', () => {
    expect([...state.split]).toEqual([0, 1, 2])
    expect([...state.labels.keys()]).toEqual([1, 2])
    expect([...valuesOf(state, 1)]).toEqual([1, Number.NaN, 0])
    expect([...valuesOf(state, 2)]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(valuesOf(state, SPLIT_FIELD)).toBe(state.split)
    expect(state.itemFacts.features).toEqual([])
  })

  it('takes up a column that is new, with nothing labelled', () => {
    const values = valuesOf(state, 7)
    expect([...values]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    values[0] = 4
    expect([...valuesOf(state, 7)]).toEqual([4, Number.NaN, Number.NaN])
  })

  it('copied stays what it was while the copy changes', () => {
    const copy = copyState(state)
    expect(copy).toEqual(state)
    expect(copy.itemFacts).toBe(state.itemFacts)
    copy.split[0] = 2
    valuesOf(copy, 1)[0] = 0
    copy.filtered.set('all', Int32Array.of(1))
    expect([state.split[0], valuesOf(state, 1)[0], state.filtered.size]).toEqual([0, 1, 0])
  })

  it('changes by the values of a change, items counting from 1', () => {
    state.filtered.set('all', Int32Array.of(1))
    const ids = Int32Array.of(1, 3)
    const after = Float64Array.of(0, Number.NaN)
    const { row } = state
    applyDelta(state, { schema: null, values: [{ field: 1, ids, before: Float64Array.of(1, 0), after }] })
    expect([...valuesOf(state, 1)]).toEqual([0, Number.NaN, Number.NaN])
    expect([...state.split]).toEqual([0, 1, 2])
    expect(state.row).toBe(row)
    expect(state.filtered.size).toBe(0)
  })

  it('changes by the schema of a change', () => {
    const { split } = state.row
    const before = { labelColumns: [LABEL, AGE], split }
    const after = { labelColumns: [{ ...LABEL, name: 'species' }], split: { ...split, seed: 9 } }
    applyDelta(state, { schema: { before, after }, values: [] })
    expect(state.row).toMatchObject({ ...after, id: 'd', items: 3 })
  })
})

describe('a label', () => {
  it('is a class, a number, or nothing', () => {
    expect(labelText(LABEL, 1)).toBe('dog')
    expect(labelText(LABEL, 5)).toBeNull()
    expect(labelText(AGE, 1)).toBe(1)
    expect(labelText(AGE, 0)).toBe(0)
    expect([labelText(AGE, Number.NaN), labelText(LABEL, Number.NaN)]).toEqual([null, null])
    expect([labelText(AGE, undefined), labelText(LABEL, undefined)]).toEqual([null, null])
  })

  it('stands in a column that has a name', () => {
    expect(columnNamed(state, 'age')).toEqual(AGE)
    expect(columnNamed(state, 'size')).toBeNull()
  })
})
