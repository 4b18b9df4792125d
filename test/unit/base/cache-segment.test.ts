import { fstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CacheSegment,
  openSegments,
  removePartialSegments,
  type SegmentFormat,
  writeSegment,
} from '../../../src-main/base/cache-segment.ts'
import { readRows } from '../../../src-main/base/file-rows.ts'

const FORMAT: SegmentFormat = { magic: 'GRAFTXX1', suffix: '.xx', keyBytes: 2, keyText: 'hex', valueBytes: 2 }
const KEYS = ['00ff', 'beef']
/** Two rows of three numbers of two bytes. */
const ROWS = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
let folder: string
const opened: CacheSegment[] = []
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'graft-segment-'))))
afterEach(() => {
  for (const segment of opened.splice(0)) segment.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = async (format = FORMAT, keys: readonly string[] = KEYS, rows = ROWS): Promise<string> => {
  const before = new Set(readdirSync(folder))
  opened.push(await writeSegment(folder, format, keys, rows))
  return join(
    folder,
    readdirSync(folder).find((name) => !before.has(name))!,
  )
}
const open = (rowLength = 3, format = FORMAT): CacheSegment[] => {
  const segments = openSegments(folder, format, rowLength)
  opened.push(...segments)
  return segments
}

/** The bytes of a file with another number at one place. */
function patched(path: string, at: number, value: number): Buffer {
  const bytes = readFileSync(path)
  bytes.writeUInt32LE(value, at)
  return bytes
}

describe('a segment', () => {
  it('is a header of magic, rows and row length, then the keys, then the rows', async () => {
    const bytes = readFileSync(await write())
    expect(bytes.toString('latin1', 0, 8)).toBe('GRAFTXX1')
    expect([bytes.readUInt32LE(8), bytes.readUInt32LE(12)]).toEqual([2, 3])
    expect(bytes.toString('hex', 16, 20)).toBe('00ffbeef')
    expect([...bytes.subarray(20)]).toEqual([...ROWS])
  })

  it('gives its rows under their keys, at once and when it is opened again', async () => {
    await write()
    for (const segment of [opened[0]!, ...open()]) {
      expect(segment.keys).toEqual(KEYS)
      expect([...(await readRows([segment.place(1)], 6))]).toEqual([7, 8, 9, 10, 11, 12])
      expect([...(await readRows([segment.place(0)], 6))]).toEqual([1, 2, 3, 4, 5, 6])
    }
  })

  it('may have keys of text', async () => {
    const format = { ...FORMAT, keyText: 'latin1' } as const
    await write(format, ['ab', 'cd'])
    expect(open(3, format)[0]?.keys).toEqual(['ab', 'cd'])
  })

  it('closes its file, and is gone from the folder only when somebody removes it', async () => {
    await write()
    const [segment] = openSegments(folder, FORMAT, 3)
    const { file } = segment!.place(0)
    expect(fstatSync(file).isFile()).toBe(true)
    segment!.close()
    expect(() => fstatSync(file)).toThrow('EBADF')
    expect(readdirSync(folder)).toHaveLength(1)
  })

  it('is written even where somebody has emptied the cache', async () => {
    rmSync(folder, { recursive: true })
    opened.push(await writeSegment(join(folder, 'again'), FORMAT, KEYS, ROWS))
    expect(readdirSync(join(folder, 'again'))).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\.xx$/)])
  })

  it('that cannot be written leaves nothing', async () => {
    await expect(writeSegment(folder, FORMAT, KEYS, { byteLength: 12 } as Uint8Array)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of which the keys do not fit the rows is not handed out', async () => {
    await expect(writeSegment(folder, FORMAT, ['00ff', 'be'], ROWS)).rejects.toThrow('Expected to read back')
  })
})

describe('a folder of segments', () => {
  it('is opened in the order of names; other files are left alone', async () => {
    for (const [name, key] of [
      ['b', 'bbbb'],
      ['a', 'aaaa'],
      ['c', 'cccc'],
    ] as const) {
      const path = await write(FORMAT, [key], ROWS.subarray(0, 6))
      writeFileSync(join(folder, `${name}.xx`), readFileSync(path))
      rmSync(path)
    }
    writeFileSync(join(folder, 'about.json'), '{}')
    expect(open().map(({ keys }) => keys[0])).toEqual(['aaaa', 'bbbb', 'cccc'])
    expect(readdirSync(folder).sort()).toEqual(['a.xx', 'about.json', 'b.xx', 'c.xx'])
  })

  it.each([
    ['one that is a byte short', (path: string) => truncateSync(path, 31)],
    ['one that goes on', (path: string) => writeFileSync(path, Buffer.of(0), { flag: 'a' })],
    ['one that ends within its header', (path: string) => truncateSync(path, 15)],
    ['an empty one', (path: string) => truncateSync(path, 0)],
    ['one that says another length of its rows', (path: string) => writeFileSync(path, patched(path, 12, 4))],
    ['one of another format', (path: string) => writeFileSync(path, 'GRAFTXX2', { flag: 'r+' })],
  ])('loses %s, whose rows are made again', async (_what, damage) => {
    const path = await write()
    await write(FORMAT, ['1234'], ROWS.subarray(0, 6))
    damage(path)
    expect(open().map(({ keys }) => keys)).toEqual([['1234']])
    expect(readdirSync(folder)).toHaveLength(1)
  })

  it('loses segments of rows of another length', async () => {
    await write()
    expect(open(6)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it('is freed of what killed writers left, and of nothing that somebody writes', () => {
    const [dead, alive] = ['a.xx.999999999.partial', `b.xx.${process.ppid}.partial`]
    for (const name of [dead, alive, 'c.xx', 'd.partial', 'e.xx.1.partial.old']) writeFileSync(join(folder, name), 'x')
    removePartialSegments(folder)
    expect(readdirSync(folder).sort()).toEqual([alive, 'c.xx', 'd.partial', 'e.xx.1.partial.old'].sort())
  })
})
