import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import {
  type DatasetChanges,
  deleteDataset,
  findDataset,
  insertDataset,
  listDatasets,
  updateDataset,
} from '../../../../src-main/core/store/datasets-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

let db: Db
beforeEach(() => {
  db = memoryStore()
})

describe('datasets', () => {
  it('begin as an import, which no name finds', () => {
    const key = insertDataset(db, newDataset('a'))
    expect(findDataset(db, 'a')).toBeNull()
    expect(listDatasets(db, 'ready')).toEqual([])
    expect(listDatasets(db, 'importing')).toEqual([
      {
        ...newDataset('a'),
        key,
        kind: 'image',
        state: 'importing',
        version: 1,
        items: 0,
        pack: null,
        labelColumns: [],
        featureColumns: [],
      },
    ])
  })

  it('keep every change, columns and split included', () => {
    const key = insertDataset(db, newDataset('a'))
    const changes: DatasetChanges = {
      name: 'animals',
      kind: 'table',
      state: 'ready',
      version: 2,
      items: 10,
      pack: 'datasets/a/pack.bin',
      labelColumns: [{ id: 1, name: 'label', type: 'classification', classes: ['cat', 'dog'] }],
      featureColumns: [{ name: 'age', type: 'numeric', categories: [] }],
      split: { train: 1, validation: 0, test: 0, seed: 4, stratifyBy: 'label' },
    }
    updateDataset(db, key, changes)
    expect(findDataset(db, 'a')).toEqual({ ...newDataset('a'), key, ...changes })
    updateDataset(db, key, { pack: null })
    expect(findDataset(db, 'a')).toMatchObject({ pack: null, items: 10, version: 2 })
  })

  it('are found by id before name, and the earliest of a name first', () => {
    for (const [id, name] of [
      ['first', 'same'],
      ['second', 'same'],
      ['third', 'first'],
      ['fourth', 'fifth'],
      ['fifth', 'other'],
    ] as const) {
      updateDataset(db, insertDataset(db, newDataset(id, name)), { state: 'ready' })
    }
    expect(findDataset(db, 'same')?.id).toBe('first')
    expect(findDataset(db, 'first')?.id).toBe('first')
    expect(findDataset(db, 'fifth')?.id).toBe('fifth')
    expect(findDataset(db, 'nowhere')).toBeNull()
  })

  it('are listed in the order in which they came, without those that went', () => {
    const keys = ['c', 'a', 'b'].map((id) => insertDataset(db, newDataset(id)))
    for (const key of keys) updateDataset(db, key, { state: 'ready' })
    expect(listDatasets(db, 'ready').map((row) => row.id)).toEqual(['c', 'a', 'b'])
    deleteDataset(db, keys[1]!)
    expect(listDatasets(db, 'ready').map((row) => row.id)).toEqual(['c', 'b'])
  })
})
