import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { explainWriteError } from '../../../src-main/data/disk-error.ts'
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
      ['whole', '999999999'],
    ] as const) {
      mkdirSync(join(root, name))
      writeFileSync(join(root, name, '.owner'), owner)
    }
    expect(removeStalePartials(root).sort()).toEqual(['dead', 'unknown'])
    expect(readdirSync(root).sort()).toEqual(['alive.partial', 'whole'])
    expect(removeStalePartials(join(root, 'missing'))).toEqual([])
  })
})

describe('explainWriteError', () => {
  const withCode = (code: string): Error => Object.assign(new Error(code), { code })

  it('says what a full disk and a forbidden folder mean, and leaves the rest alone', () => {
    expect(explainWriteError(withCode('ENOSPC'), '/w')).toMatchObject({ code: 'E_DISK_FULL' })
    expect(explainWriteError(withCode('EROFS'), '/w')).toMatchObject({ code: 'E_WORKSPACE_PATH' })
    for (const error of [withCode('EIO'), new GraftError('E_SOURCE_EMPTY', 'x'), 'text']) {
      expect(explainWriteError(error, '/w')).toBe(error)
    }
  })
})
