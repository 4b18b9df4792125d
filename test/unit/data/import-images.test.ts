import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importImages } from '../../../src-main/data/import-images.ts'
import { planFolder } from '../../../src-main/data/plan-folder.ts'
import { PIXEL_STATISTICS_FILE } from '../../../src-main/data/read-pixel-statistics.ts'
import { scanFolder } from '../../../src-main/data/scan-folder.ts'
import { makeBmp } from '../../support/bad-files.ts'
import { importFolder, sha256 } from '../../support/import-folder.ts'

const { put, target, source, out, statistics } = importFolder()

/** A bitmap of one grey. */
function grey(value: number, width = 4, height = 4): Buffer {
  const bytes = makeBmp(width, height)
  return bytes.fill(value, 54)
}

describe('images', () => {
  async function run(...how: Parameters<typeof target>) {
    const told = target(...how)
    const scan = await scanFolder(source())
    return { ...told, count: await importImages(planFolder(scan.files, scan), told.to) }
  }

  it('are items in the order of their paths, with a thumbnail each', async () => {
    put({ 'b/2.bmp': grey(32, 5, 4), 'a/1.bmp': grey(16) })
    const { count, schemas, items, problems, progress } = await run()
    expect(schemas).toEqual([
      {
        kind: 'image',
        pack: null,
        labelColumns: [{ name: 'label', type: 'classification', classes: ['a', 'b'] }],
        featureColumns: [],
      },
    ])
    const thumbs = readFileSync(out('thumbs.bin'))
    expect([count, problems]).toEqual([2, []])
    expect(items).toEqual([
      {
        name: 'a/1.bmp',
        labels: { label: 'a' },
        width: 4,
        height: 4,
        channels: 3,
        contentHash: sha256(grey(16)),
        values: null,
        path: source('a/1.bmp'),
        row: null,
        split: null,
        thumb: { offset: 0, length: expect.any(Number) as number },
      },
      expect.objectContaining({ name: 'b/2.bmp', width: 5, thumb: { offset: items[0]!.thumb!.length, length: thumbs.length - items[0]!.thumb!.length } }), // prettier-ignore
    ])
    expect(progress).toEqual([[1, 2, 'Reading images'], [2, 2, 'Reading images']]) // prettier-ignore
    const even = (value: number) => [value, value, value]
    expect(statistics()).toEqual({ images: 2, min: even(16), max: even(32), mean: even((16 * 16 + 32 * 20) / 36), std: expect.any(Array) as number[] }) // prettier-ignore
  })

  it('may be copied, equal ones once, under their contents', async () => {
    put({ 'a/1.bmp': grey(16), 'b/again.bmp': grey(16) })
    const { items } = await run('copy')
    const hash = sha256(grey(16))
    const relative = join('files', hash.slice(0, 2), `${hash}.bmp`)
    expect(items.map(({ path }) => path)).toEqual([join('/final', relative), join('/final', relative)])
    expect(readFileSync(out(relative))).toEqual(grey(16))
  })

  it('that cannot be used are named; a class of them alone is none', async () => {
    put({ 'a/1.bmp': grey(16), 'a/text.png': 'x', 'b/empty.png': '', 'b/half.bmp': grey(1).subarray(0, 60) })
    const { count, schemas, problems } = await run()
    expect(count).toBe(1)
    expect(problems.map(({ path, code, level }) => [path, code, level])).toEqual([
      ['a/text.png', 'not-an-image', 'error'],
      ['b/empty.png', 'zero-bytes', 'error'],
      ['b/half.bmp', 'truncated', 'error'],
      ['b', 'empty-class', 'warning'],
    ])
    expect(problems.at(-1)?.message).toBe('None of its images can be read; it gives no class of "label".')
    expect(schemas.map(({ labelColumns }) => labelColumns[0]?.classes)).toEqual([['a', 'b'], ['a']])
    expect(schemas[1]).toMatchObject({ kind: 'image', pack: null, featureColumns: [] })
  })

  it('may have gone since the folder was looked through', async () => {
    put({ 'a/1.bmp': grey(16), 'a/2.bmp': grey(17) })
    const scan = await scanFolder(source())
    rmSync(source('a/2.bmp'))
    const { to, problems, items } = target()
    await importImages(planFolder(scan.files, scan), to)
    expect(problems).toEqual([
      { path: 'a/2.bmp', code: 'unreadable', message: 'It is no longer there.', level: 'error' },
    ])
    expect(items).toHaveLength(1)
  })

  it('with an odd name are taken, and said', async () => {
    put({ 'a/line\nbreak.bmp': grey(16), 'a/really.png': grey(17), 'a/del\u007f.bmp': grey(18), 'a/né .bmp': grey(19) })
    const { count, problems } = await run()
    expect(count).toBe(4)
    const name = 'The name holds control characters (such as a line break); imported as it is.'
    expect(problems).toEqual([
      { path: 'a/del\u007f.bmp', code: 'bad-name', message: name, level: 'warning' },
      { path: 'a/line\nbreak.bmp', code: 'bad-name', message: name, level: 'warning' },
      {
        path: 'a/really.png',
        code: 'wrong-extension',
        message: 'The name says png, the content is bmp; imported by its content.',
        level: 'warning',
      },
    ])
  })

  it('that cannot be used are not told about their names, too', async () => {
    put({ 'a/1.bmp': grey(16), 'a/line\nbreak.png': 'x' })
    expect((await run()).problems.map(({ path, code }) => [path, code])).toEqual([
      ['a/line\nbreak.png', 'not-an-image'],
    ])
  })

  it('are told with what the plan had to say', async () => {
    put({ 'a/1.bmp': grey(16) })
    mkdirSync(source('b'))
    expect((await run()).problems).toMatchObject([{ path: 'b', code: 'empty-class' }])
  })

  it('without any leave no statistics', async () => {
    put({ 'a/1.png': 'x' })
    expect((await run()).count).toBe(0)
    expect(existsSync(out(PIXEL_STATISTICS_FILE))).toBe(false)
  })

  it('stop when that is asked for', async () => {
    put({ 'a/1.bmp': grey(16) })
    const reason = new Error('enough')
    await expect(run('reference', AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
