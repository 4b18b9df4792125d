import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTable, type Table, writeTable } from '../../../src-main/data/table-pack.ts'

const TABLE: Table = {
  rows: 3,
  columns: [
    { name: 'größe', type: 'numeric', categories: [], values: Float64Array.of(1.5, Number.NaN, -2) },
    { name: 'kind', type: 'categorical', categories: ['a', 'b'], values: Float64Array.of(1, 0, 1) },
  ],
}
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-table-'))
  path = join(folder, 'table.bin')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A header of so many bytes, as it is said to be long. */
const put = (header: string, length = Buffer.byteLength(header), more = 0): void => {
  const start = Buffer.alloc(16)
  start.write('GRAFTTB1', 'latin1')
  start.writeUInt32LE(length, 8)
  writeFileSync(path, Buffer.concat([start, Buffer.from(header), Buffer.alloc(more)]))
}

describe('a packed table', () => {
  it('is read as it was written', async () => {
    await writeTable(path, TABLE)
    expect(await readTable(path)).toEqual(TABLE)
    await expect(writeTable(path, TABLE)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  it('is 16 bytes, a header of text, then each column in 64-bit numbers', async () => {
    await writeTable(path, TABLE)
    const bytes = readFileSync(path)
    const length = bytes.readUInt32LE(8)
    expect(bytes.toString('latin1', 0, 8)).toBe('GRAFTTB1')
    const columns = TABLE.columns.map(({ name, type, categories }) => ({ name, type, categories }))
    expect(JSON.parse(bytes.toString('utf8', 16, 16 + length))).toEqual({ rows: 3, columns })
    expect(bytes.length).toBe(16 + length + 48)
    expect([0, 2, 3, 5].map((at) => bytes.readDoubleLE(16 + length + at * 8))).toEqual([1.5, -2, 1, 1])
  })

  it('holds the part of a larger array that a column is', async () => {
    const values = Float64Array.of(9, 1, 2, 9).subarray(1, 3)
    await writeTable(path, { rows: 2, columns: [{ name: 'x', type: 'numeric', categories: [], values }] })
    expect([...(await readTable(path)).columns[0]!.values]).toEqual([1, 2])
  })

  it.each([
    ['missing', () => rmSync(path), 'it is missing or cannot be read'],
    ['of another kind', () => writeFileSync(path, 'x'.repeat(100)), 'it does not begin like a table'],
    ['of 15 bytes', () => truncateSync(path, 15), 'it does not begin like a table'],
    ['that is a start alone', () => put(''), 'its header is damaged'],
    ['that ends in its header', () => put('{"rows":0,"columns":[]}', 24), 'its header is incomplete'],
    ['with a damaged header', () => put('{"rows":0,"columns":'), 'its header is damaged'],
    ['that goes on', () => put('{"rows":0,"columns":[]}', undefined, 1), 'its length does not fit its header'],
    ['cut short', () => truncateSync(path, readFileSync(path).length - 8), 'its length does not fit its header'],
  ])('%s cannot be used', async (_what, damage, message) => {
    await writeTable(path, TABLE)
    damage()
    await expect(readTable(path)).rejects.toMatchObject({
      code: 'E_DATASET_UNUSABLE',
      message: `The dataset's table cannot be read (${path}): ${message}.`,
      fix: 'Import the dataset again.',
    })
  })

  it('without rows is one, too', async () => {
    put('{"rows":0,"columns":[]}')
    expect(await readTable(path)).toEqual({ rows: 0, columns: [] })
  })
})
