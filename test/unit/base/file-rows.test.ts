import fs, { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readRows, readRowsNow, type RowPlace } from '../../../src-main/base/file-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-rows-'))
const files: number[] = []
beforeAll(() => {
  for (const [i, first] of [10, 50].entries()) {
    const path = join(folder, String(i))
    // Two bytes of header, then four rows of three bytes that count on.
    writeFileSync(path, Uint8Array.from([0, 0, ...Array.from({ length: 12 }, (_, at) => first + at)]))
    files.push(openSync(path, 'r'))
  }
})
afterAll(() => {
  files.forEach((file) => closeSync(file))
  rmSync(folder, { recursive: true })
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

const place = (row: number, file = 0): RowPlace => ({ file: files[file]!, position: 2 + row * 3 })
const both = async (places: readonly RowPlace[]): Promise<number[][]> => {
  const now = new Uint8Array(places.length * 3)
  readRowsNow(places, 3, now)
  return [[...(await readRows(places, 3))], [...now]]
}

describe('rows of files', () => {
  it.each([
    ['one', [[1, 0]], [13, 14, 15]],
    [
      'that follow each other',
      [
        [1, 0],
        [2, 0],
        [3, 0],
      ],
      [13, 14, 15, 16, 17, 18, 19, 20, 21],
    ],
    [
      'in any order, also twice',
      [
        [2, 0],
        [0, 0],
        [0, 0],
      ],
      [16, 17, 18, 10, 11, 12, 10, 11, 12],
    ],
    [
      'of two files, at places that would follow each other in one',
      [
        [0, 0],
        [1, 1],
        [2, 1],
      ],
      [10, 11, 12, 53, 54, 55, 56, 57, 58],
    ],
    ['none', [], []],
  ] as const)('%s', async (_what, rows, expected) => {
    const places = rows.map(([row, file]) => place(row, file))
    expect(await both(places)).toEqual([expected, expected])
  })

  it('that follow each other are read in one go', () => {
    const read = vi.spyOn(fs, 'readSync')
    syncBuiltinESMExports()
    readRowsNow([place(0), place(1), place(3), place(0, 1)], 3, new Uint8Array(12))
    expect(read.mock.calls.map(([file, , ...where]: unknown[]) => [file, ...where])).toEqual([
      [files[0], 0, 6, 2],
      [files[0], 6, 3, 11],
      [files[1], 9, 3, 2],
    ])
  })

  it('are whole though the system gives fewer bytes than asked for', async () => {
    const { read, readSync } = fs
    vi.spyOn(fs, 'readSync').mockImplementation(((
      file: number,
      into: Uint8Array,
      at: number,
      count: number,
      from: number,
    ) => readSync(file, into, at, Math.min(count, 2), from)) as never)
    vi.spyOn(fs, 'read').mockImplementation(((
      file: number,
      into: Uint8Array,
      at: number,
      count: number,
      from: number,
      then: never,
    ) => read(file, into, at, Math.min(count, 2), from, then)) as never)
    syncBuiltinESMExports()
    const expected = [13, 14, 15, 16, 17, 18, 50, 51, 52]
    expect(await both([place(1), place(2), place(0, 1)])).toEqual([expected, expected])
  })

  it('that a file lacks are said with what is there', async () => {
    const message = 'Expected 6 bytes of pixels. Received: 3'
    expect(() => readRowsNow([place(3), place(4)], 3, new Uint8Array(6))).toThrow(message)
    await expect(readRows([place(3), place(4)], 3)).rejects.toThrow(message)
  })

  it('of a file that cannot be read are an error', async () => {
    await expect(readRows([{ file: 999_999, position: 0 }], 3)).rejects.toMatchObject({ code: 'EBADF' })
  })
})
