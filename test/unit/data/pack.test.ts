import { existsSync, fstatSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPack, openPackWriter, type PackShape } from '../../../src-main/data/pack.ts'

const SHAPE: PackShape = { height: 1, width: 2, channels: 3 }
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-pack-'))
  path = join(folder, 'pixels.u8')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Two rows, 1..6 and 7..12, written in pieces that are no rows. */
async function write(shape = SHAPE): Promise<void> {
  const writer = await openPackWriter(path, shape)
  await writer.add(Uint8Array.from([1, 2, 3, 4, 5, 6, 7]))
  await writer.add(Uint8Array.from([8, 9, 10, 11, 12]))
  await writer.close()
}
const patch = (at: number, value: number): void => {
  const bytes = readFileSync(path)
  bytes.writeUInt32LE(value, at)
  writeFileSync(path, bytes)
}

describe('a pack', () => {
  it('is 32 bytes of header, then the rows', async () => {
    await write()
    const bytes = readFileSync(path)
    expect(bytes.toString('latin1', 0, 8)).toBe('GRAFTPX1')
    expect([8, 12, 16, 20].map((at) => bytes.readUInt32LE(at))).toEqual([2, 1, 2, 3])
    expect([...bytes.subarray(24)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('gives its rows, and where they lie', async () => {
    await write()
    const pack = openPack(path)
    expect([pack.kind, pack.rows, pack.shape]).toEqual(['pixels', 2, SHAPE])
    expect([[...pack.row(1)], [...pack.row(0)]]).toEqual([[7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5, 6]]) // prettier-ignore
    expect(pack.place(1).position).toBe(38)
    for (const index of [-1, 2, 0.5, Number.NaN])
      expect(() => pack.place(index)).toThrow(`Expected a row from 0 to 1. Received: ${index}`)
    const { file } = pack.place(0)
    expect(fstatSync(file).isFile()).toBe(true)
    pack.close()
    expect(() => fstatSync(file)).toThrow('EBADF')
  })

  it('may be grey, and may be empty', async () => {
    await write({ height: 2, width: 3, channels: 1 })
    const pack = openPack(path)
    expect([pack.rows, [...pack.row(1)]]).toEqual([2, [7, 8, 9, 10, 11, 12]])
    pack.close()
    rmSync(path)
    await (await openPackWriter(path, SHAPE)).close()
    const empty = openPack(path)
    expect(empty.rows).toBe(0)
    expect(() => empty.row(0)).toThrow(RangeError)
    empty.close()
  })

  it('that was not closed is none, and none is written over', async () => {
    const writer = await openPackWriter(path, SHAPE)
    await writer.add(Uint8Array.from([1, 2, 3, 4, 5, 6]))
    expect(() => openPack(path)).toThrow('it does not begin like a pack')
    await writer.close()
    await expect(openPackWriter(path, SHAPE)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(existsSync(path)).toBe(true)
  })

  it.each([
    ['missing', () => rmSync(path), 'it is missing or cannot be read'],
    ['of another kind', () => writeFileSync(path, 'x'.repeat(44)), 'it does not begin like a pack'],
    ['without a whole header', () => truncateSync(path, 31), 'it does not begin like a pack'],
    ['of two channels', () => patch(20, 2), 'it has 2 channels'],
    ['of another count', () => patch(8, 3), 'it has 44 bytes where 50 are due'],
    ['cut short', () => truncateSync(path, 43), 'it has 43 bytes where 44 are due'],
    ['too long', () => writeFileSync(path, 'x', { flag: 'a' }), 'it has 45 bytes where 44 are due'],
  ])('%s cannot be used', async (_what, damage, message) => {
    await write()
    damage()
    expect(() => openPack(path)).toThrow(
      expect.objectContaining({
        code: 'E_DATASET_UNUSABLE',
        message: `The dataset's pixels cannot be read (${path}): ${message}.`,
        fix: 'Import the dataset again.',
      }) as Error,
    )
  })
})
