import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, win32 } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareText, isLeftBehind, scanFolder } from '../../../src-main/data/scan-folder.ts'
import { scanSeveral, statSource } from '../../../src-main/data/scan-several.ts'
import { sourceName, sourcePaths, sourceRoot, sourceText } from '../../../src-main/data/sources.ts'

let root: string
beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'graft-scan-')))))
afterEach(() => rmSync(root, { recursive: true }))

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), 'x')
  }
}
const told = async (...how: Parameters<typeof scanFolder>) => {
  const { problems } = await scanFolder(...how)
  return problems.map(({ path, code, message }) => `${path} ${code} ${message}`).sort()
}

describe('a folder', () => {
  it('is listed in the order of paths, below it as well', async () => {
    put('b/2.png', 'a.png', 'B.png', 'b/a/1.png')
    expect(await scanFolder(root)).toEqual({
      files: ['B.png', 'a.png', 'b/2.png', 'b/a/1.png'].map((path) => ({ path, absolute: join(root, path) })),
      emptyFolders: [],
      problems: [],
      isComplete: true,
    })
  })

  it('may be empty, and hold empty ones', async () => {
    expect((await scanFolder(root)).emptyFolders).toEqual([''])
    for (const folder of ['b', 'a/b', 'c.png']) mkdirSync(join(root, folder), { recursive: true })
    put('d/.hidden')
    expect((await scanFolder(root)).emptyFolders).toEqual(['a/b', 'b', 'd'])
    expect(await told(root)).toEqual(['c.png unreadable It is named like an image, but it is an empty folder.'])
  })

  it('is read without what systems leave behind', async () => {
    put('.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX/x', '@eaDir/y', 'thumbs.dbx', 'x.Thumbs.db')
    expect((await scanFolder(root)).files.map(({ path }) => path)).toEqual(['thumbs.dbx', 'x.Thumbs.db'])
    expect(['.x', 'THUMBS.DB', '$RECYCLE.BIN', 'Icon\r'].every(isLeftBehind)).toBe(true)
    expect(['x.', 'Icon', 'Thumbs'].some(isLeftBehind)).toBe(false)
  })

  it('is left by no link', async () => {
    put('a/1.png')
    writeFileSync(`${root}-beside`, 'x')
    for (const [name, target] of [
      ['in', 'a/1.png'],
      ['folder', 'a'],
      ['self', '.'],
      ['loop', 'loop'],
      ['out', '..'],
      ['beside', `${root}-beside`],
      ['gone', 'nothing'],
    ] as const)
      symlinkSync(target, join(root, name))
    expect((await scanFolder(root)).files).toEqual([
      { path: 'a/1.png', absolute: join(root, 'a/1.png') },
      { path: 'in', absolute: join(root, 'a/1.png') },
    ])
    const isRead = 'The link leads to a folder that is read at its own place.'
    expect(await told(root)).toEqual([
      'beside symlink-outside The link leads out of the folder and is not followed.',
      `folder symlink-loop ${isRead}`,
      'gone unreadable The link leads nowhere.',
      'loop symlink-loop The link leads back to itself.',
      'out symlink-outside The link leads out of the folder and is not followed.',
      `self symlink-loop ${isRead}`,
    ])
    rmSync(`${root}-beside`)
  })

  it('holds files only: sockets are said, also behind a link', async () => {
    const server = createServer().listen(join(root, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    symlinkSync('socket', join(root, 'link'))
    expect(await told(root)).toEqual([
      'link unreadable The link leads to a socket, pipe or device.',
      'socket unreadable It is a socket, pipe or device, not a file.',
    ])
    const several = await scanSeveral([join(root, 'socket')])
    expect(several.problems).toEqual([
      { path: 'socket', code: 'unreadable', message: 'It is a socket, pipe or device, not a file.', level: 'error' },
    ])
    await new Promise((resolve) => server.close(resolve))
  })

  it.runIf(process.platform === 'linux')('says names that are no Unicode, each with its folder', async () => {
    put('a/ok')
    const odd = (folder: string) => Buffer.concat([Buffer.from(`${folder}/x`), Buffer.of(0xff)])
    writeFileSync(odd(root), '')
    writeFileSync(odd(join(root, 'a')), '')
    const message = 'bad-name The name is not valid Unicode (UTF-8); rename the file.'
    expect(await told(root)).toEqual([`a/x\uFFFD ${message}`, `x\uFFFD ${message}`])
    expect((await scanFolder(root)).files.map(({ path }) => path)).toEqual(['a/ok'])
  })

  it.runIf(process.getuid?.() !== 0)('says a folder that must not be read, once', async () => {
    mkdirSync(join(root, 'closed'))
    chmodSync(join(root, 'closed'), 0)
    expect(await told(root)).toEqual(['closed unreadable The folder cannot be read (EACCES).'])
    expect((await scanFolder(root)).emptyFolders).toEqual([])
  })

  it('that is removed meanwhile is said, and is no empty one', async () => {
    mkdirSync(join(root, 'gone'))
    const scan = await scanFolder(root, { onFound: () => rmSync(join(root, 'gone'), { recursive: true, force: true }) })
    const message = 'The folder cannot be read (ENOENT).'
    expect(scan).toMatchObject({
      files: [],
      emptyFolders: [],
      problems: [{ path: 'gone', code: 'unreadable', message, level: 'error' }],
    })
  })

  it('that is given through a link is read where it is', async () => {
    put('real/1.png')
    symlinkSync('real', join(root, 'link'))
    expect((await scanFolder(join(root, 'link'))).files[0]?.absolute).toBe(join(root, 'real/1.png'))
  })
})

describe('limits', () => {
  it('of entries and time stop between folders, and are said', async () => {
    put('a/1', 'a/2', 'b/3', 'b/4')
    const scan = async (limits: Parameters<typeof scanFolder>[1]) => {
      const { files, isComplete } = await scanFolder(root, limits)
      return [files.length, isComplete]
    }
    // The folder itself has two entries, each of the others two more.
    expect(await scan({ maxEntries: 0 })).toEqual([0, false])
    expect(await scan({ maxEntries: 2 })).toEqual([0, false])
    expect(await scan({ maxEntries: 3 })).toEqual([2, false])
    expect(await scan({ maxEntries: 5 })).toEqual([4, true])
    expect(await scan({ maxMilliseconds: -1 })).toEqual([0, false])
    expect(await scan({ maxMilliseconds: 60_000 })).toEqual([4, true])
  })

  it('may be set from outside; what is found is told folder by folder', async () => {
    put('a/1', 'a/2', 'b/3')
    const found: number[] = []
    await scanFolder(root, { onFound: (count) => found.push(count) })
    expect([found.length, found[0], found[2]]).toEqual([3, 0, 3])
    const reason = new Error('enough')
    await expect(scanFolder(root, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(scanSeveral([root], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('hold over several sources', async () => {
    put('a/1', 'a/2', 'b/3', 'c')
    const sources = ['a', 'c', 'b'].map((name) => join(root, name))
    const found: number[] = []
    await scanSeveral(sources, { onFound: (count) => found.push(count) })
    expect(found).toEqual([2, 4])
    const scan = async (limits: Parameters<typeof scanSeveral>[1]) => {
      const { files, isComplete } = await scanSeveral(sources, limits)
      return [files.map(({ path }) => path), isComplete]
    }
    expect(await scan({})).toEqual([['a/1', 'a/2', 'b/3', 'c'], true])
    expect(await scan({ maxEntries: 3 })).toEqual([['a/1', 'a/2', 'c'], false])
    expect(await scan({ maxMilliseconds: -1 })).toEqual([['c'], false])
  })
})

describe('several sources', () => {
  it('stand side by side under their names, in the order of paths', async () => {
    put('x/cats/1', 'y/cats/0')
    mkdirSync(join(root, 'z'))
    mkdirSync(join(root, 'x/cats/old'))
    symlinkSync('nothing', join(root, 'x/cats/gone'))
    const { files, emptyFolders, problems } = await scanSeveral(
      ['z', 'x/cats', 'y/cats'].map((name) => join(root, name)),
    )
    expect(files).toEqual([
      { path: 'cats/0', absolute: join(root, 'y/cats/0') },
      { path: 'cats/1', absolute: join(root, 'x/cats/1') },
    ])
    expect(emptyFolders).toEqual(['cats/old', 'z'])
    expect(problems.map(({ path }) => path)).toEqual(['cats/gone'])
  })

  it('of one name are numbered', async () => {
    put('x/a.png', 'y/a.png')
    const { files } = await scanSeveral([join(root, 'y/a.png'), join(root, 'x/a.png')])
    expect(files).toEqual([
      { path: 'a (2).png', absolute: join(root, 'x/a.png') },
      { path: 'a.png', absolute: join(root, 'y/a.png') },
    ])
  })

  it('that are not there are refused', async () => {
    await expect(scanSeveral([join(root, 'none')])).rejects.toMatchObject({
      code: 'E_SOURCE_PATH',
      message: `Expected an existing file or folder. Received: ${join(root, 'none')}`,
      fix: expect.stringContaining('spelling') as string,
    })
    expect((await statSource(root)).isDirectory()).toBe(true)
  })
})

it('texts are ordered by code units', () => {
  expect(['b', 'a', 'B', 'ä', 'a'].sort(compareText)).toEqual(['B', 'a', 'a', 'b', 'ä'])
  expect([compareText('a', 'b'), compareText('b', 'a'), compareText('a', 'a')]).toEqual([-1, 1, 0])
})

describe('where data came from', () => {
  it.each([
    ['/data/birds', '/data/birds', 'birds', '/data/birds'],
    [['/data/birds'], '/data/birds', 'birds', '/data/birds'],
    [['/data/a', '/data/b'], '/data', 'data', '2 files and folders of /data: a, b'],
    [['/data/a/x', '/data/ab/y', '/data/a/z'], '/data', 'data', '3 files and folders of /data: x, y, z'],
    [['/data/a/x', '/data/a/b/y', '/data/c'], '/data', 'data', '3 files and folders of /data: x, y, c'],
    [['/d/1', '/d/2', '/d/3', '/d/4'], '/d', 'd', '4 files and folders of /d: 1, 2, 3 and 1 more'],
    [['/data/a', '/data/a/x'], '/data', 'data', '2 files and folders of /data: a, x'],
    [['/data/a/x', '/data/a'], '/data', 'data', '2 files and folders of /data: x, a'],
    [['/home/a', '/media/b'], '/', '', '2 files and folders of /: a, b'],
    [['a/x', 'b/y'], '', '', '2 files and folders: x, y'],
    [[], '', '', '0 files and folders: '],
  ])('%j', (source, folder, name, text) => {
    expect([sourceRoot(source), sourceName(source), sourceText(source)]).toEqual([folder, name, text])
    expect(sourcePaths(source)).toEqual(typeof source === 'string' ? [source] : source)
  })

  it.each([
    [['C:\\data\\a', 'c:\\Data\\b'], 'C:\\data'],
    [['D:\\a', 'D:\\b\\c'], 'D:\\'],
    [['C:\\a', 'D:\\b'], ''],
    [['\\\\nas\\photos\\a\\x', '\\\\nas\\photos\\b'], '\\\\nas\\photos\\'],
    [['\\\\nas\\photos\\a', '\\\\nas\\other\\b'], ''],
  ])('on Windows: %j from %j', (source, folder) => expect(sourceRoot(source, win32)).toBe(folder))
})
