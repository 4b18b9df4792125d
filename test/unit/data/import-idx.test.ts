import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importIdx } from '../../../src-main/data/import-idx.ts'
import { openPack } from '../../../src-main/data/pack.ts'
import { importFolder, sha256 } from '../../support/import-folder.ts'

const { put, target, source, out, statistics } = importFolder()

describe('IDX pairs', () => {
  const idx = (shape: readonly number[], data: readonly number[] | Uint8Array): Uint8Array =>
    Buffer.concat([Buffer.from([0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, length >> 8, length & 255])]), Buffer.from(data)]) // prettier-ignore
  async function run(pairs: [Uint8Array, Uint8Array | null, 'train' | 'test' | null][], signal?: AbortSignal) {
    const told = target('reference', signal)
    const plan = pairs.map(([images, labels, split], i) => {
      put({ [`images${i}`]: images, ...(labels === null ? {} : { [`labels${i}`]: labels }) })
      const at = (name: string) => source(`${name}${i}`)
      return { images: at('images'), labels: labels === null ? null : at('labels'), split }
    })
    const problem = { path: 'x', code: 'not-an-image', message: 'm', level: 'warning' } as const
    return { ...told, count: await importIdx({ kind: 'idx', pairs: plan, problems: [problem] }, told.to) }
  }

  it('are items in a pack, one pair behind the other', async () => {
    const { count, schemas, items, problems, progress } = await run([
      [idx([2, 1, 2], [1, 2, 3, 4]), idx([2], [9, 10]), 'train'],
      [idx([1, 1, 2], [5, 6]), idx([1], [9]), 'test'],
    ])
    expect(count).toBe(3)
    expect(schemas).toEqual([
      {
        kind: 'image',
        pack: join('/final', 'pixels.u8'),
        labelColumns: [{ name: 'label', type: 'classification', classes: ['9', '10'] }],
        featureColumns: [],
      },
    ])
    const plain = { width: 2, height: 1, channels: 1, path: null, thumb: null, values: null }
    expect(items).toEqual([
      { ...plain, name: 'image 0', row: 0, labels: { label: '9' }, split: 'train', contentHash: sha256(Uint8Array.of(1, 2)) },
      { ...plain, name: 'image 1', row: 1, labels: { label: '10' }, split: 'train', contentHash: sha256(Uint8Array.of(3, 4)) },
      { ...plain, name: 'image 2', row: 2, labels: { label: '9' }, split: 'test', contentHash: sha256(Uint8Array.of(5, 6)) },
    ]) // prettier-ignore
    expect(problems.map(({ path }) => path)).toEqual(['x'])
    expect(progress.at(-1)).toEqual([3, 3, 'Reading images'])
    expect(progress[0]).toEqual([2, 2, 'Reading images'])
    const pack = openPack(out('pixels.u8'))
    expect([pack.shape, [...pack.row(2)]]).toEqual([{ height: 1, width: 2, channels: 1 }, [5, 6]])
    pack.close()
    expect(statistics()).toMatchObject({ images: 3, min: [1], max: [6], mean: [3.5] })
  })

  it('may be of colour, and may lack labels', async () => {
    const { items, schemas } = await run([[idx([2, 1, 1, 3], [1, 2, 3, 4, 5, 6]), null, null]])
    expect(items.map(({ channels, labels, split }) => [channels, labels, split])).toEqual([[3, {}, null], [3, {}, null]]) // prettier-ignore
    expect(schemas[0]?.labelColumns).toEqual([])
    const labelled = await run([[idx([1, 1, 1], [2]), idx([1], [3]), null]])
    expect(labelled.items[0]?.labels).toEqual({ label: '3' })
  })

  it.each([
    ['of too few labels', [[idx([2, 1, 1], [1, 2]), idx([1], [0]), null]], 'Expected as many labels as images. Received: 2 images, 1 label.'],
    ['of labels in two dimensions', [[idx([1, 1, 1], [1]), idx([1, 1], [0]), null]], 'Expected one dimension in labels0. Received: 2.'],
    ['of images in two dimensions', [[idx([2, 1], [1, 2]), null, null]], 'Expected images x height x width in images0. Received: 2 x 1.'],
    ['of more than a hundred million pixels', [[idx([1, 10_001, 10_000], []), null, null]], 'Expected images x height x width in images0. Received: 1 x 10001 x 10000.'],
    ['of two channels', [[idx([1, 1, 1, 2], [1, 2]), null, null]], 'Expected images x height x width in images0. Received: 1 x 1 x 1 x 2.'],
    ['of one size and another', [[idx([1, 1, 2], [1, 2]), null, null], [idx([1, 2, 1], [1, 2]), null, null]], 'Expected images of one size in all files. Received: different sizes.'],
    ['of one height and another', [[idx([1, 1, 2], [1, 2]), null, null], [idx([1, 2, 2], [1, 2, 3, 4]), null, null]], 'Expected images of one size in all files. Received: different sizes.'],
    ['of one width and another', [[idx([1, 1, 2], [1, 2]), null, null], [idx([1, 1, 3], [1, 2, 3]), null, null]], 'Expected images of one size in all files. Received: different sizes.'],
    ['of grey and colour', [[idx([1, 1, 1], [1]), null, null], [idx([1, 1, 1, 3], [1, 2, 3]), null, null]], 'Expected images of one size in all files. Received: different sizes.'],
  ] as [string, Parameters<typeof run>[0], string][])('%s are refused', async (_what, pairs, message) => {
    await expect(run(pairs)).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message,
      fix: expect.stringContaining('belong together') as string,
    })
  }) // prettier-ignore

  it('may have a hundred million pixels, which these lack', async () => {
    await expect(run([[idx([1, 10_000, 10_000], []), null, null]])).rejects.toMatchObject({
      message: expect.stringContaining('100,000,000 bytes missing at its end') as string,
    })
  })

  it('come in pieces of a megabyte that end within an image', async () => {
    const rows = [1, 2, 3].map((value) => new Uint8Array(600_000).fill(value))
    const images = idx([3, 10, 60_000], Buffer.concat(rows))
    const { items } = await run([[images, idx([3], [7, 8, 9]), null]])
    expect(items.map(({ labels, contentHash }) => [labels['label'], contentHash])).toEqual([
      ['7', sha256(rows[0]!)],
      ['8', sha256(rows[1]!)],
      ['9', sha256(rows[2]!)],
    ])
  })

  it('of more than a thousand images are measured by an even part of them', async () => {
    // Every second one: those that hold 0.
    const pixels = Uint8Array.from({ length: 1001 }, (_, i) => (i % 2) * 255)
    expect((await run([[idx([1001, 1, 1], pixels), null, null]])).count).toBe(1001)
    expect(statistics()).toMatchObject({ images: 501, min: [0], max: [0] })
  })

  it('stop when that is asked for', async () => {
    const reason = new Error('enough')
    await expect(run([[idx([1, 1, 1], [1]), null, null]], AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
