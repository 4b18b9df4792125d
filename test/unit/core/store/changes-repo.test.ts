import { beforeEach, describe, expect, it } from 'vitest'
import {
  clearVersions,
  type Delta,
  getChange,
  insertChange,
  listChanges,
  popVersion,
  pushVersion,
  readDelta,
  reverseDelta,
  topVersion,
} from '../../../../src-main/core/store/changes-repo.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { insertDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

const AT = '2026-01-01T00:00:00.000Z'
const { split } = newDataset('x')
const column = (name: string) => ({ id: 1, name, type: 'classification' as const, classes: ['cat'] })

/** A rename of the label column together with two edits of its values. */
const DELTA: Delta = {
  schema: {
    before: { labelColumns: [column('label')], split },
    after: { labelColumns: [column('species')], split: { ...split, seed: 2 } },
  },
  values: [
    { field: 1, ids: Int32Array.of(1, 2), before: Float64Array.of(Number.NaN, 0), after: Float64Array.of(0, 1) },
    { field: 0, ids: Int32Array.of(5), before: Float64Array.of(0), after: Float64Array.of(2) },
  ],
}
const REVERSED: Delta = {
  schema: { before: DELTA.schema!.after, after: DELTA.schema!.before },
  values: [
    { field: 0, ids: Int32Array.of(5), before: Float64Array.of(2), after: Float64Array.of(0) },
    { field: 1, ids: Int32Array.of(1, 2), before: Float64Array.of(0, 1), after: Float64Array.of(Number.NaN, 0) },
  ],
}

let db: Db
let dataset: number
beforeEach(() => {
  db = memoryStore()
  dataset = insertDataset(db, newDataset('d'))
})

describe('a change', () => {
  it('is kept with what it did', () => {
    insertChange(db, dataset, { version: 2, at: AT, change: 'Rename', delta: DELTA })
    const row = getChange(db, dataset, 2)!
    expect(row).toMatchObject({ version: 2, at: AT, change: 'Rename', of: null, reverse: 0 })
    expect(readDelta(db, dataset, row)).toEqual(DELTA)
  })

  it('without a schema, or without anything, changes nothing of it', () => {
    insertChange(db, dataset, { version: 1, at: AT, change: 'Import' })
    insertChange(db, dataset, { version: 2, at: AT, change: 'Label', delta: { schema: null, values: DELTA.values } })
    expect(readDelta(db, dataset, getChange(db, dataset, 1)!)).toEqual({ schema: null, values: [] })
    expect(readDelta(db, dataset, getChange(db, dataset, 2)!)).toEqual({ schema: null, values: DELTA.values })
  })

  it('that takes another back swaps before and after, the last part first', () => {
    insertChange(db, dataset, { version: 2, at: AT, change: 'Rename', delta: DELTA })
    insertChange(db, dataset, { version: 3, at: AT, change: 'Undo', of: { version: 2, reverse: true } })
    insertChange(db, dataset, { version: 4, at: AT, change: 'Redo', of: { version: 2, reverse: false } })
    const [undo, redo] = [getChange(db, dataset, 3)!, getChange(db, dataset, 4)!]
    expect([undo.of, undo.reverse, redo.of, redo.reverse]).toEqual([2, 1, 2, 0])
    expect(readDelta(db, dataset, undo)).toEqual(REVERSED)
    expect(readDelta(db, dataset, redo)).toEqual(DELTA)
  })

  it('of a version that is gone cannot be read', () => {
    insertChange(db, dataset, { version: 3, at: AT, change: 'Undo', of: { version: 2, reverse: true } })
    expect(() => readDelta(db, dataset, getChange(db, dataset, 3)!)).toThrow(
      'version 3 refers to the missing version 2',
    )
  })

  it('is listed by version, of its dataset alone', () => {
    const other = insertDataset(db, newDataset('other'))
    for (const version of [3, 1, 2]) insertChange(db, dataset, { version, at: AT, change: `change ${version}` })
    insertChange(db, other, { version: 1, at: AT, change: 'elsewhere' })
    expect(listChanges(db, dataset).map((row) => row.change)).toEqual(['change 1', 'change 2', 'change 3'])
    expect(getChange(db, other, 1)?.change).toBe('elsewhere')
    expect(getChange(db, other, 2)).toBeUndefined()
  })

  it('reversed twice is itself, also without a schema', () => {
    expect(reverseDelta(DELTA)).toEqual(REVERSED)
    expect(reverseDelta(reverseDelta(DELTA))).toEqual(DELTA)
    expect(reverseDelta({ schema: null, values: [] })).toEqual({ schema: null, values: [] })
  })
})

describe('the stacks of versions', () => {
  it('give the last one that was put on them, and apart from each other', () => {
    const other = insertDataset(db, newDataset('other'))
    expect(topVersion(db, dataset, 'undo')).toBeNull()
    for (const version of [2, 7, 5]) pushVersion(db, dataset, 'undo', version)
    pushVersion(db, dataset, 'redo', 9)
    pushVersion(db, other, 'undo', 4)
    expect([topVersion(db, dataset, 'undo'), topVersion(db, dataset, 'redo')]).toEqual([5, 9])
    popVersion(db, dataset, 'undo')
    expect(topVersion(db, dataset, 'undo')).toBe(7)
    popVersion(db, dataset, 'undo')
    pushVersion(db, dataset, 'undo', 8)
    expect(topVersion(db, dataset, 'undo')).toBe(8)
    clearVersions(db, dataset, 'undo')
    expect([topVersion(db, dataset, 'undo'), topVersion(db, dataset, 'redo')]).toEqual([null, 9])
    expect(topVersion(db, other, 'undo')).toBe(4)
  })

  it('have nothing to take from when they are empty', () => {
    popVersion(db, dataset, 'redo')
    expect(topVersion(db, dataset, 'redo')).toBeNull()
  })
})
