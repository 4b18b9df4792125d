import fs, { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { explainWriteError } from '../../../src-main/data/disk-error.ts'
import { readFileSafely, readHead, withFileSafely } from '../../../src-main/data/read-file-safely.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-read-'))
const path = join(folder, 'a')
beforeAll(() => {
  writeFileSync(path, 'abcdefgh')
  mkdirSync(join(folder, 'folder'))
  symlinkSync(path, join(folder, 'link'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

const all = (where: string, most = 100) => readFileSafely(where, most).toString()
/** Every way to read a file. */
const WAYS: [string, (where: string) => unknown][] = [
  ['whole', (where) => readFileSafely(where, 100)],
  ['its head', (where) => readHead(where, 4)],
  ['in pieces', (where) => withFileSafely(where, 100, ({ read }) => Promise.resolve(read(0, 4)))],
]
const failing = (name: 'openSync' | 'fstatSync' | 'readSync', error: unknown): void => {
  vi.spyOn(fs, name).mockImplementation(() => {
    throw error
  })
  syncBuiltinESMExports()
}

describe('a file', () => {
  it('is read whole, by its head, or where it is needed', async () => {
    expect(all(path)).toBe('abcdefgh')
    expect(readHead(path, 3).toString()).toBe('abc')
    expect(readHead(path, 100).toString()).toBe('abcdefgh')
    const parts = await withFileSafely(path, 100, ({ size, read }) => {
      const into = Buffer.alloc(10, '.')
      const again = read(5, 10, into)
      return Promise.resolve([size, `${read(2, 3)}`, `${read(6, 9)}`, `${read(8, 4)}`, `${again}`, `${into}`])
    })
    expect(parts).toEqual([8, 'cde', 'gh', '', 'fgh', 'fgh.......'])
  })

  it('has at most so many bytes', async () => {
    expect(all(path, 8)).toBe('abcdefgh')
    expect(readHead(path, 2).toString()).toBe('ab')
    writeFileSync(join(folder, 'large'), Buffer.alloc(1_250_000))
    const refusal = {
      code: 'E_SOURCE_PATH',
      message: 'Expected at most 1 MB. Received: 1.3 MB',
      details: { problem: 'too-large' },
    }
    expect(() => all(join(folder, 'large'), 1e6)).toThrow(expect.objectContaining(refusal) as Error)
    await expect(withFileSafely(join(folder, 'large'), 1e6, () => expect.fail())).rejects.toMatchObject(refusal)
  })

  it.each(WAYS)('that is read %s is closed again', async (_how, read) => {
    const close = vi.spyOn(fs, 'closeSync')
    syncBuiltinESMExports()
    await read(path)
    await Promise.resolve(read(path)).catch(() => undefined)
    expect(close).toHaveBeenCalledTimes(2)
    await expect((async () => read(join(folder, 'folder')))()).rejects.toThrow()
    expect(close).toHaveBeenCalledTimes(3)
  })

  it('may come in parts, and may end earlier than it said', () => {
    const { readSync } = fs
    vi.spyOn(fs, 'readSync').mockImplementation(((
      file: number,
      into: Buffer,
      at: number,
      count: number,
      from: number,
    ) => (from >= 5 ? 0 : readSync(file, into, at, Math.min(count, 2), from))) as never)
    syncBuiltinESMExports()
    expect(all(path)).toBe('abcdef')
  })

  it.each(WAYS)('that is none is refused: %s', async (_how, read) => {
    const refused = (where: string) => expect((async () => read(join(folder, where)))()).rejects
    await refused('folder').toMatchObject({
      code: 'E_SOURCE_PATH',
      message: 'Expected a regular file. Received: a folder or device',
      details: { problem: 'unreadable' },
    })
    await refused('gone').toMatchObject({ message: 'It is no longer there', details: { problem: 'unreadable' } })
    await refused('link').toMatchObject({ message: 'It has become a link' })
    await refused('x'.repeat(300)).toMatchObject({ message: 'Its path is longer than the system allows' })
  })

  it.runIf(process.platform !== 'win32')('is no device', () => {
    expect(() => all('/dev/null')).toThrow('Expected a regular file. Received: a folder or device')
  })
})

describe('what the system says', () => {
  it.each([
    ['openSync', 'EACCES', 'Reading it is not permitted'],
    ['openSync', 'EWHAT', 'It cannot be read (EWHAT)'],
    ['fstatSync', 'EIO', 'The disk reports an error while reading it'],
    ['readSync', 'EIO', 'The disk reports an error while reading it'],
  ] as const)('%s: %s', async (name, code, message) => {
    failing(name, Object.assign(new Error('failed'), { code }))
    for (const [, read] of WAYS)
      await expect((async () => read(path))()).rejects.toMatchObject({ code: 'E_SOURCE_PATH', message })
  })

  it('without a code is told as it is', () => {
    failing('openSync', new Error('odd'))
    expect(() => all(path)).toThrow('It cannot be read (Error: odd)')
    failing('openSync', 'text')
    expect(() => all(path)).toThrow('It cannot be read (text)')
  })
})

describe('a write that failed', () => {
  const failed = (code: string) => Object.assign(new Error('x'), { code })
  it.each([
    ['ENOSPC', 'E_DISK_FULL', 'Expected room on the disk of /w. Received: it is full.'],
    ['EDQUOT', 'E_DISK_FULL', 'Expected room on the disk of /w. Received: it is full.'],
    ['EROFS', 'E_WORKSPACE_PATH', 'Expected to write into /w. Received: writing is not permitted.'],
    ['EACCES', 'E_WORKSPACE_PATH', 'Expected to write into /w. Received: writing is not permitted.'],
    ['EPERM', 'E_WORKSPACE_PATH', 'Expected to write into /w. Received: writing is not permitted.'],
  ])('with %s is %s', (code, expected, message) => {
    const error = failed(code)
    expect(explainWriteError(error, '/w')).toMatchObject({ code: expected, message, cause: error })
  })

  it('in another way stays what it is', () => {
    for (const error of [failed('EIO'), new Error('ENOSPC'), 'ENOSPC', { code: 'ENOSPC' }, null])
      expect(explainWriteError(error, '/w')).toBe(error)
  })
})
