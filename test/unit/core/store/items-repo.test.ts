import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { insertDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import * as items from '../../../../src-main/core/store/items-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

const item = (id: number, more: Partial<items.ItemRow> = {}): items.ItemRow => ({
  id,
  name: `item ${id}`,
  path: `/pictures/${id}.png`,
  row: null,
  hash: `h${id}`,
  width: 28,
  height: 20,
  channels: 3,
  duplicateOf: null,
  thumbOffset: id * 100,
  thumbLength: 50,
  values: null,
  ...more,
})

let db: Db
let dataset: number
beforeEach(() => {
  db = memoryStore()
  const other = insertDataset(db, newDataset('other'))
  items.insertItems(db, other, [item(1, { name: 'elsewhere', hash: 'h1', duplicateOf: 1, channels: 1 })])
  dataset = insertDataset(db, newDataset('d'))
})

const insert = (...rows: items.ItemRow[]): void => items.insertItems(db, dataset, rows)

describe('items', () => {
  it('come back as they went in', () => {
    const row = item(2, { path: null, row: 12, width: null, height: null, channels: null, values: '[1,"a"]' })
    insert(item(1), row)
    expect(items.getItem(db, dataset, 1)).toEqual(item(1))
    expect(items.getItem(db, dataset, 2)).toEqual(row)
    expect(items.getItem(db, dataset, 3)).toBeUndefined()
  })

  it('go in whole or not at all', () => {
    expect(() => insert(item(1), item(2), item(2))).toThrow('UNIQUE')
    expect(items.allItems(db, dataset)).toEqual([])
  })

  it('are given in the order that is asked for, without those that are unknown', () => {
    insert(item(1), item(2), item(3))
    expect(items.getItems(db, dataset, [3, 9, 1])).toEqual([item(3), item(1)])
  })

  it('are given by a range of ids, both ends included', () => {
    insert(item(4), item(3), item(2), item(1))
    expect(items.itemsBetween(db, dataset, 2, 3)).toEqual([item(2), item(3)])
    expect(items.allItems(db, dataset).map((row) => row.id)).toEqual([1, 2, 3, 4])
  })

  it('have values and hashes in a range of ids', () => {
    insert(item(1, { values: '[1]' }), item(2, { values: '[2]' }), item(3), item(4))
    expect(items.featureValues(db, dataset, 2, 3)).toEqual([
      [2, '[2]'],
      [3, null],
    ])
    expect(items.contentHashes(db, dataset, 2, 3)).toEqual([
      [2, 'h2'],
      [3, 'h3'],
    ])
    expect(items.itemHashes(db, dataset)).toEqual(['h1', 'h2', 'h3', 'h4'])
  })
})

describe('a search for items', () => {
  it('finds a part of the name, in any case', () => {
    insert(item(1, { name: 'Cats/a.png' }), item(2, { name: 'dogs/b.png' }), item(3, { name: 'wildcat.png' }))
    expect(items.searchItems(db, dataset, 'CAT')).toEqual([1, 3])
    expect(items.searchItems(db, dataset, '')).toEqual([1, 2, 3])
  })

  it('takes % and _ and \\ as they stand', () => {
    insert(item(1, { name: '50%.png' }), item(2, { name: 'a_b.png' }), item(3, { name: 'a\\b.png' }))
    expect(['%', '_', '\\', 'a_b', '50%.'].map((text) => items.searchItems(db, dataset, text))).toEqual([
      [1],
      [2],
      [3],
      [2],
      [1],
    ])
  })
})

describe('duplicates', () => {
  it('are the later items with a hash that was there before, each with the first', () => {
    insert(...['a', 'b', 'a', 'c', 'a', 'b'].map((hash, index) => item(index + 1, { hash })))
    expect(items.countDuplicates(db, dataset)).toBe(0)
    expect(items.markDuplicates(db, dataset)).toEqual([
      [3, 1],
      [5, 1],
      [6, 2],
    ])
    expect(items.allItems(db, dataset).map((row) => row.duplicateOf)).toEqual([null, null, 1, null, 1, 2])
    expect(items.countDuplicates(db, dataset)).toBe(3)
    expect(items.duplicateIds(db, dataset)).toEqual([1, 2, 3, 5, 6])
  })

  it('are none where every item differs', () => {
    insert(item(1), item(2))
    expect(items.markDuplicates(db, dataset)).toEqual([])
    expect([items.countDuplicates(db, dataset), items.duplicateIds(db, dataset)]).toEqual([0, []])
  })
})

describe('the sizes and channels of items', () => {
  it('are counted, the most common size first', () => {
    insert(
      item(1, { width: 8, height: 8, channels: 3 }),
      item(2, { width: 4, height: 9, channels: 1 }),
      item(3, { width: 4, height: 9, channels: 3 }),
      item(4, { width: 4, height: 2, channels: 3 }),
      item(5, { width: null, height: null, channels: null }),
    )
    expect(items.itemSizes(db, dataset)).toEqual([
      { width: 4, height: 9, count: 2 },
      { width: 4, height: 2, count: 1 },
      { width: 8, height: 8, count: 1 },
    ])
    expect(items.itemChannels(db, dataset)).toEqual([
      { channels: 1, count: 1 },
      { channels: 3, count: 3 },
    ])
  })
})
