import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openThumbWriter } from '../../../src-main/data/thumb-writer.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-thumbs-'))
  path = join(folder, 'thumbs.bin')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('thumbnails', () => {
  it('lie one behind the other, where it is said', async () => {
    const writer = await openThumbWriter(path)
    const places = [await writer.add(Buffer.from('abc')), await writer.add(Buffer.from('')), await writer.add(Buffer.from('de'))] // prettier-ignore
    await writer.close()
    expect(places).toEqual([{ offset: 0, length: 3 }, { offset: 3, length: 0 }, { offset: 3, length: 2 }]) // prettier-ignore
    expect(readFileSync(path, 'utf8')).toBe('abcde')
  })

  it('are written a megabyte at a time', async () => {
    const writer = await openThumbWriter(path)
    const sizes: number[] = []
    for (const bytes of [999_999, 1, 500_000, 499_999]) {
      await writer.add(Buffer.alloc(bytes, 7))
      sizes.push(statSync(path).size)
    }
    expect(sizes).toEqual([0, 1_000_000, 1_000_000, 1_000_000])
    await writer.close()
    expect(readFileSync(path)).toEqual(Buffer.alloc(1_999_999, 7))
  })

  it('are never written over', async () => {
    await (await openThumbWriter(path)).close()
    await expect(openThumbWriter(path)).rejects.toMatchObject({ code: 'EEXIST' })
  })
})
