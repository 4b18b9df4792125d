import { beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { createDatasetCache, type DatasetCache } from '../../../../src-main/core/store/dataset-cache.ts'
import { insertDataset, updateDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

let db: Db
let cache: DatasetCache
beforeEach(() => {
  db = memoryStore()
  cache = createDatasetCache(db)
})

function addReady(id: string, name: string): number {
  const key = insertDataset(db, newDataset(id, name))
  updateDataset(db, key, { state: 'ready', items: 2 })
  return key
}

function refusalOf(idOrName: string): GraftError {
  try {
    cache.get(idOrName)
  } catch (error) {
    if (error instanceof GraftError) return error
  }
  throw new Error('it was found')
}

describe('the datasets of a workspace', () => {
  it('are one state each, by id and by name', () => {
    addReady('a', 'animals')
    const state = cache.get('a')
    expect(state.row.name).toBe('animals')
    expect(cache.get('animals')).toBe(state)
    expect(cache.find('a')).toBe(state)
    expect(cache.list()).toEqual([state])
    expect(cache.list()[0]).toBe(state)
  })

  it('are loaded when first asked for, whichever way', () => {
    addReady('a', 'animals')
    const state = cache.find('animals')
    expect(cache.find('a')).toBe(state)
  })

  it('are kept until they are forgotten', () => {
    const key = addReady('a', 'animals')
    const state = cache.get('a')
    updateDataset(db, key, { version: 2 })
    expect(cache.get('a').row.version).toBe(1)
    cache.forget('a')
    expect(cache.get('a')).not.toBe(state)
    expect(cache.get('a').row.version).toBe(2)
  })

  it('that are still imported are not among them', () => {
    insertDataset(db, newDataset('later'))
    addReady('a', 'animals')
    expect(cache.find('later')).toBeNull()
    expect(cache.list().map((state) => state.row.id)).toEqual(['a'])
  })

  it('that nobody knows are told with what there is', () => {
    expect(refusalOf('x')).toMatchObject({
      code: 'E_NOT_FOUND',
      message: 'Expected a dataset of the workspace. Received: x. Available: none yet.',
      fix: 'Import one first.',
    })
    addReady('a', 'animals')
    addReady('b', 'birds')
    expect(refusalOf('x')).toMatchObject({
      message: 'Expected a dataset of the workspace. Received: x. Available: animals, birds.',
      fix: 'Use one of these names, or import the data first.',
    })
  })

  it('are named up to twenty of them', () => {
    for (let i = 1; i <= 21; i++) addReady(`d${i}`, `name${i}`)
    const { message } = refusalOf('x')
    expect(message).toContain('name1, ')
    expect(message.endsWith('name19, name20.')).toBe(true)
  })
})
