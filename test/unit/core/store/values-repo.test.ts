import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { insertDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import {
  asBytes,
  asFloat64,
  asInt32,
  CHUNK_ITEMS,
  readValues,
  writeValues,
} from '../../../../src-main/core/store/values-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

let db: Db
let dataset: number
beforeEach(() => {
  db = memoryStore()
  dataset = insertDataset(db, newDataset('d'))
})

const chunks = (field: number): number[] =>
  db
    .all<{ chunk: number }>('SELECT chunk FROM item_values WHERE field = ? ORDER BY chunk', field)
    .map((row) => row.chunk)

describe('the values of a field', () => {
  it('are NaN where nothing is stored', () => {
    expect(readValues(db, dataset, 0, 3)).toEqual(new Float64Array([Number.NaN, Number.NaN, Number.NaN]))
  })

  it('come back over several chunks, the last of them shorter', () => {
    const values = Float64Array.from({ length: 2 * CHUNK_ITEMS + 1 }, (_unused, i) => i / 2)
    writeValues(db, { dataset, field: 1 }, values)
    expect(chunks(1)).toEqual([0, 1, 2])
    expect(readValues(db, dataset, 1, values.length)).toEqual(values)
  })

  it('that fill their chunks take none more', () => {
    writeValues(db, { dataset, field: 1 }, new Float64Array(CHUNK_ITEMS))
    expect(chunks(1)).toEqual([0])
    writeValues(db, { dataset, field: 2 }, new Float64Array(0))
    expect(chunks(2)).toEqual([])
  })

  it('are written in the chunks of the places alone that are named', () => {
    const values = new Float64Array(3 * CHUNK_ITEMS)
    writeValues(db, { dataset, field: 1 }, values)
    values.fill(1)
    writeValues(db, { dataset, field: 1 }, values, [CHUNK_ITEMS, 2 * CHUNK_ITEMS - 1])
    const read = readValues(db, dataset, 1, values.length)
    expect([CHUNK_ITEMS - 1, CHUNK_ITEMS, 2 * CHUNK_ITEMS - 1, 2 * CHUNK_ITEMS].map((place) => read[place])).toEqual([
      0, 1, 1, 0,
    ])
    writeValues(db, { dataset, field: 2 }, values, [])
    expect(chunks(2)).toEqual([])
  })

  it('are apart from those of other fields and datasets', () => {
    const other = insertDataset(db, newDataset('other'))
    writeValues(db, { dataset, field: 1 }, new Float64Array([1, 2]))
    writeValues(db, { dataset: other, field: 1 }, new Float64Array([3, 4]))
    writeValues(db, { dataset, field: 2 }, new Float64Array([5, 6]))
    expect([...readValues(db, dataset, 1, 2)]).toEqual([1, 2])
    expect([...readValues(db, other, 1, 2)]).toEqual([3, 4])
    expect([...readValues(db, dataset, 2, 2)]).toEqual([5, 6])
  })
})

describe('bytes of numbers', () => {
  it('are those of the view, not of what lies around it', () => {
    const whole = new Int32Array([1, 2, 3, 4])
    expect([...asInt32(asBytes(whole.subarray(1, 3)))]).toEqual([2, 3])
    const numbers = new Float64Array([0.1, 0.2, 0.3])
    expect([...asFloat64(asBytes(numbers.subarray(1)))]).toEqual([0.2, 0.3])
  })

  it('are read at any address', () => {
    const at = new Uint8Array(17)
    at.set(asBytes(new Float64Array([1.5, -2])), 1)
    expect([...asFloat64(at.subarray(1))]).toEqual([1.5, -2])
    expect([...asInt32(new Uint8Array([9, 1, 0, 0, 0]).subarray(1))]).toEqual([1])
  })
})
