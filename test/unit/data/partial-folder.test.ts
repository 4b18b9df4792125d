import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPartialFolder, removeStalePartials } from '../../../src-main/data/partial-folder.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'graft-partial-'))))
afterEach(() => rmSync(root, { recursive: true }))

describe('openPartialFolder', () => {
  it('gives the folder its name only when it is whole', async () => {
    const target = join(root, 'a')
    const folder = await openPartialFolder(target)
    writeFileSync(join(folder.path, 'x'), '1')
    expect(existsSync(target)).toBe(false)
    await folder.commit()
    expect(readdirSync(root)).toEqual(['a'])
    expect(readdirSync(target)).toEqual(['x'])
    await folder.discard()
    expect(existsSync(target)).toBe(true)
  })

  it('takes the place of an empty folder, never of one with content', async () => {
    mkdirSync(join(root, 'empty'))
    await (await openPartialFolder(join(root, 'empty'))).commit()
    mkdirSync(join(root, 'full'))
    writeFileSync(join(root, 'full', 'kept'), '1')
    await expect((await openPartialFolder(join(root, 'full'))).commit()).rejects.toThrow()
    expect(readdirSync(join(root, 'full'))).toEqual(['kept'])
  })

  it('begins anew over what was left, and removes what dead processes left beside it', async () => {
    mkdirSync(join(root, 'a.partial', 'deep'), { recursive: true })
    // Also what lies under this very name and is said to be of another process.
    writeFileSync(join(root, 'a.partial', '.owner'), String(process.ppid))
    mkdirSync(join(root, 'b.partial'))
    const folder = await openPartialFolder(join(root, 'a'))
    expect(folder.path).toBe(join(root, 'a.partial'))
    expect(readdirSync(root)).toEqual(['a.partial'])
    expect(readdirSync(folder.path)).toEqual(['.owner'])
    expect(readFileSync(join(folder.path, '.owner'), 'utf8')).toBe(String(process.pid))
  })

  it('is made with the folders above it', async () => {
    const folder = await openPartialFolder(join(root, 'x', 'y'))
    await folder.commit()
    expect(readdirSync(join(root, 'x', 'y'))).toEqual([])
    await folder.discard()
  })

  it('leaves nothing when discarded', async () => {
    const folder = await openPartialFolder(join(root, 'a'))
    writeFileSync(join(folder.path, 'x'), '1')
    await folder.discard()
    expect(readdirSync(root)).toEqual([])
  })
})

describe('removeStalePartials', () => {
  it('removes what dead processes left, and nothing of living ones', () => {
    for (const [name, owner] of [
      ['dead.partial', '999999999'],
      ['alive.partial', String(process.ppid)],
      ['unknown.partial', ''],
      ['nobody.partial', null],
      ['whole', '999999999'],
    ] as const) {
      mkdirSync(join(root, name))
      if (owner !== null) writeFileSync(join(root, name, '.owner'), owner)
    }
    expect(removeStalePartials(root).sort()).toEqual(['dead', 'nobody', 'unknown'])
    expect(readdirSync(root).sort()).toEqual(['alive.partial', 'whole'])
    expect(removeStalePartials(join(root, 'missing'))).toEqual([])
  })
})
