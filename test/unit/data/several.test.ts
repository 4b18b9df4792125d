import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inspectSource } from '../../../src-main/data/inspect-source.ts'
import { scanSeveral } from '../../../src-main/data/scan-several.ts'
import { sourceName, sourceRoot, sourceText } from '../../../src-main/data/sources.ts'
import { importHere } from '../../support/import-here.ts'

/** Several files and folders that were dropped together: one dataset from all of them. */

let root: string
let folder: string
let count = 0
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-several-'))))
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => (folder = join(root, `photos ${count++}`)))

const at = (...names: string[]): string[] => names.map((name) => join(folder, name))
function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}
async function images(...paths: string[]): Promise<void> {
  for (const path of paths) {
    const background = { r: count++ % 256, g: 90, b: 90 }
    const picture = sharp({ create: { width: 4, height: 4, channels: 3, background } })
    put(path, await picture.png().toBuffer())
  }
}
const load = (source: string[]) => importHere(source, join(root, `out-${count++}`))
const told = ({ items }: Awaited<ReturnType<typeof load>>) => items.map(({ name, labels }) => [name, labels.label])

describe('files and folders that were dropped together', () => {
  it('become one dataset: a folder is a class, a file beside it has none', async () => {
    await images('cats/1.png', 'dogs/1.png', 'dogs/2.png', 'loose.png', 'not dropped.png')
    const result = await load(at('dogs', 'loose.png', 'cats'))
    expect(told(result)).toEqual([
      ['cats/1.png', 'cats'],
      ['dogs/1.png', 'dogs'],
      ['dogs/2.png', 'dogs'],
      ['loose.png', null],
    ])
    expect(result.problems).toEqual([])
  })

  it('are looked at as one: named after the folder that holds them, all counted', async () => {
    await images('cats/1.png', 'dogs/1.png', 'loose.png')
    const found = await inspectSource(at('cats', 'dogs', 'loose.png'))
    expect(found).toMatchObject({ layout: 'folder-per-class', count: 3, suggestedName: folder.split('/').at(-1) })
    expect(found.source).toBe(`3 files and folders of ${folder}: cats, dogs, loose.png`)
  })

  it('of one name do not hide each other: folders are taken together, files are numbered', async () => {
    await images('a/cats/1.png', 'b/cats/1.png', 'b/cats/2.png', 'a/x.png', 'b/x.png', 'c/x.png')
    const result = await load(at('a/cats', 'b/cats', 'a/x.png', 'b/x.png', 'c/x.png'))
    expect(told(result)).toEqual([
      ['cats/1 (2).png', 'cats'],
      ['cats/1.png', 'cats'],
      ['cats/2.png', 'cats'],
      ['x (2).png', null],
      ['x (3).png', null],
      ['x.png', null],
    ])
  })

  it('may be pictures and the table that labels them', async () => {
    await images('1.png', '2.png', 'more/3.png')
    put('labels.csv', 'file,kind\n1.png,round\n2.png,long\n3.png,round\n')
    const { items, problems } = await load(at('1.png', '2.png', 'more', 'labels.csv'))
    expect(items.map((item) => [item.name, item.labels['kind']])).toEqual([
      ['1.png', 'round'],
      ['2.png', 'long'],
      ['more/3.png', 'round'],
    ])
    expect(problems).toEqual([])
  })

  it('may be IDX files, also from two folders', async () => {
    const idx = (shape: number[], data: number[]): Buffer =>
      Buffer.from([0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length]), ...data])
    put('a/train-images-idx3-ubyte', idx([2, 1, 1], [7, 8]))
    put('b/train-labels-idx1-ubyte', idx([2], [3, 4]))
    put('notes.txt', 'about them')
    const { items, problems } = await load(at('a/train-images-idx3-ubyte', 'b/train-labels-idx1-ubyte', 'notes.txt'))
    expect(items.map((item) => item.labels.label)).toEqual(['3', '4'])
    expect(problems).toMatchObject([
      { path: 'notes.txt', level: 'warning', message: expect.stringContaining('no pair') },
    ])
  })

  it('are refused with the names when they are two tables', async () => {
    put('a.csv', 'x,y\n1,2\n')
    put('b.csv', 'x,y\n1,2\n')
    await expect(load(at('a.csv', 'b.csv'))).rejects.toMatchObject({ message: expect.stringContaining('a.csv, b.csv') })
  })

  it('that cannot be used are listed, each under its own name', async () => {
    await images('cats/1.png', 'dogs/1.png')
    put('notes.txt', 'hello')
    put('cats/broken.jpg', 'no picture')
    mkdirSync(join(folder, 'empty'))
    symlinkSync(join(root, 'elsewhere.png'), join(folder, 'dogs', 'gone.png'))
    const { problems } = await load(at('cats', 'dogs', 'notes.txt', 'empty'))
    expect(problems.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['cats/broken.jpg', 'not-an-image'],
      ['dogs/gone.png', 'unreadable'],
      ['empty', 'empty-class'],
      ['notes.txt', 'not-an-image'],
    ])
  })

  it('of which one is gone are refused', async () => {
    await images('1.png')
    await expect(load(at('1.png', 'gone.png'))).rejects.toMatchObject({
      code: 'E_SOURCE_PATH',
      message: expect.stringContaining('gone.png'),
    })
  })
})

describe('a table', () => {
  it('says what lies beside it and is not used', async () => {
    put('table.csv', 'x,y\n1,2\n3,4\n')
    put('notes.txt', 'hello')
    put('labels.json', '[]')
    const found = await inspectSource(folder)
    expect(found.layout).toBe('table')
    expect(found.warnings.join(' ')).toMatch(/notes\.txt: .*labels\.json: It lies beside the table/)
    const { problems } = await load(at('table.csv', 'notes.txt', 'labels.json'))
    expect(problems.map((problem) => problem.path)).toEqual(['notes.txt', 'labels.json'])
  })
})

describe('scanSeveral', () => {
  it('keeps to its limits over all sources', async () => {
    await images('a/1.png', 'a/2.png', 'b/3.png', 'c.png')
    const found: number[] = []
    const all = await scanSeveral(at('a', 'b', 'c.png'), { onFound: (number) => found.push(number) })
    expect([all.files.length, all.isComplete, Math.max(...found)]).toEqual([4, true, 3])
    const some = await scanSeveral(at('a', 'b'), { maxEntries: 2 })
    expect([some.files.length, some.isComplete]).toEqual([2, false])
  })

  it('takes what was named outright, whatever it is called', async () => {
    await images('.hidden.png', 'folder/.hidden.png', 'folder/1.png')
    const { files } = await scanSeveral(at('.hidden.png', 'folder'))
    expect(files.map((file) => file.path)).toEqual(['.hidden.png', 'folder/1.png'])
  })
})

describe('the folder that holds several sources', () => {
  it.each([
    [['/data/birds'], '/data/birds', 'birds'],
    [['/data/birds/a', '/data/birds/b.png'], '/data/birds', 'birds'],
    [['/data/birds/a', '/data/birdsong/b'], '/data', 'data'],
    [['/data/birds', '/data/birds/a.png'], '/data', 'data'],
    [['/home/a', '/media/b'], '/', ''],
  ])('%j -> %s', (paths, expected, name) => {
    expect([sourceRoot(paths), sourceName(paths)]).toEqual([expected, name])
  })

  it('is said with some of their names', () => {
    expect(sourceText('/data/birds')).toBe('/data/birds')
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => `/data/${name}`)
    expect(sourceText(many)).toBe('5 files and folders of /data: a, b, c and 2 more')
  })
})
