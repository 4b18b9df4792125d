import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ExperimentSpec } from '../../src-main/contract/spec.ts'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { DECODER_VERSION, decodeToSize, resizeRaw } from '../../src-main/data/decode.ts'
import { openPackWriter } from '../../src-main/data/pack.ts'
import { preparePixels } from '../../src-main/data/pixel-cache.ts'
import { writeTable } from '../../src-main/data/table-pack.ts'
import type { ImagePreprocessing } from '../../src-main/learning/engine/data/image-data.ts'
import { openTrainingData } from '../../src-main/trainer/open-training-data.ts'
import { makeBmp } from '../support/bad-files.ts'
import { digest, golden } from '../support/golden.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-golden-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type TrainingJob = Parameters<typeof openTrainingData>[0]

const PREPROCESSING: ImagePreprocessing = {
  kind: 'image',
  height: 2,
  width: 3,
  channels: 3,
  mean: [0.5, 0.4, 0.3],
  std: [0.25, 0.5, 1],
  resize: 'cover',
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function pictureFile(): string {
  const bytes = makeBmp(3, 2)
  for (let at = 54; at < bytes.length; at++) bytes[at] = at * 3
  const path = join(folder, 'picture.bmp')
  writeFileSync(path, bytes)
  return path
}

/** What training opens of one picture: a bitmap, or a pack of some size. */
async function opened(more: Partial<ImagePreprocessing>, pack: { height: number; width: number } | null) {
  const path = pictureFile()
  const packPath = join(folder, `${pack?.height}x${pack?.width}.u8`)
  if (pack !== null) {
    rmSync(packPath, { force: true })
    const writer = await openPackWriter(packPath, { ...pack, channels: 3 })
    await writer.add(new Uint8Array(pack.height * pack.width * 3).fill(7))
    await writer.close()
  }
  const contentHash = pack === null ? sha256(readFileSync(path)) : 'c'.repeat(64)
  const item = { id: 1, name: 'picture', path: pack === null ? path : null, row: pack === null ? null : 0, contentHash }
  const manifest: Manifest = {
    dataset: { id: 'd', name: 'd', version: 1, hash: 'h', kind: 'image' },
    heads: [{ name: 'label', column: 'label', type: 'classification', classes: ['ant', 'bee'] }],
    pack: pack === null ? null : packPath,
    items: [{ ...item, split: 'train', targets: [0] }],
  }
  return open(manifest, { ...PREPROCESSING, ...more })
}

async function open(manifest: Manifest, preprocessing: TrainingJob['preprocessing']) {
  const spec = ExperimentSpec.parse({ dataset: 'd', base: 'lenet', strategy: { type: 'fine-tuning' } })
  const cacheFolder = mkdtempSync(join(folder, 'cache-'))
  const context = { send: async () => undefined, signal: new AbortController().signal } as never
  const options = { memoryBytes: 0, isOwn: true, path: 'manifest.json' }
  const { data, close } = await openTrainingData({ spec, preprocessing, cacheFolder }, manifest, context, options)
  close()
  return { data, pixels: join(cacheFolder, 'pixels') }
}
describe('what preprocessing a feature was made with', () => {
  it('is said as it was', async () => {
    const table = join(folder, 'table.bin')
    await writeTable(table, { rows: 1, columns: [{ name: 'x', type: 'numeric', categories: [], values: Float64Array.of(3) }] }) // prettier-ignore
    const rows: Manifest = {
      dataset: { id: 'd', name: 'd', version: 1, hash: 'h', kind: 'table' },
      heads: [{ name: 'y', column: 'y', type: 'regression', classes: [] }],
      pack: table,
      items: [{ id: 1, name: 'row 1', path: null, row: 0, contentHash: 'r', split: 'train', targets: [1] }],
    }
    const columns = [{ name: 'x', type: 'numeric' as const, mean: 1, std: 2 }]
    await golden('preprocessing', {
      file: (await opened({}, null)).data.preprocessingKey,
      pack: (await opened({}, { height: 4, width: 6 })).data.preprocessingKey,
      table: (await open(rows, { kind: 'table', columns })).data.preprocessingKey,
    })
  })

  it('is another for other pixels', async () => {
    const changes: [Partial<ImagePreprocessing>, { height: number; width: number } | null][] = [
      [{}, null],
      [{}, { height: 4, width: 6 }],
      [{}, { height: 6, width: 4 }],
      [{ height: 3 }, null],
      [{ width: 4 }, null],
      [{ channels: 1 }, null],
      [{ resize: 'stretch' }, null],
      [{ mean: [0, 0, 0] }, null],
      [{ std: [1, 1, 1] }, null],
      [{ decoding: 'fast' }, null],
    ]
    const keys: string[] = []
    for (const [more, pack] of changes) keys.push((await opened(more, pack)).data.preprocessingKey)
    expect(new Set(keys).size, keys.join('\n')).toBe(keys.length)
  })

  it('is the same where exact decoding is said, and where there is nothing to decode', async () => {
    const keyOf = async (...how: Parameters<typeof opened>) => (await opened(...how)).data.preprocessingKey
    expect(await keyOf({ decoding: 'exact' }, null)).toBe(await keyOf({}, null))
    const pack = { height: 4, width: 6 }
    expect(await keyOf({ decoding: 'fast' }, pack)).toBe(await keyOf({}, pack))
  })
})

describe('the folder of cached pixels', () => {
  it('has the name that it had, and another for each size, way to resize and source', async () => {
    const names: Record<string, string> = {}
    const look = async (what: string, ...how: Parameters<typeof opened>) => {
      names[what] = readdirSync((await opened(...how)).pixels).join()
    }
    await look('file', {}, null)
    await look('stretched', { resize: 'stretch' }, null)
    await look('grey', { channels: 1 }, null)
    await look('larger', { height: 4, width: 5 }, null)
    await look('fast', { decoding: 'fast' }, null)
    await look('pack of another size', {}, { height: 4, width: 6 })
    await look('pack of a third size', {}, { height: 6, width: 4 })
    expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length)
    await look('fast, of a pack', { decoding: 'fast' }, { height: 4, width: 6 })
    expect(names['fast, of a pack']).toBe(names['pack of another size'])
    await golden('pixel folders', names)
  })

  it('holds a picture as it did', async () => {
    const { pixels } = await opened({}, null)
    const place = join(pixels, readdirSync(pixels)[0]!)
    const file = readdirSync(place).find((name) => name.endsWith('.u8'))!
    await golden('pixel file', readFileSync(join(place, file)).toString('hex'))
  })

  it('gives other pixels for a photograph only with another version of the decoder', async () => {
    const photo = join(import.meta.dirname, '../fixtures/photos/coffee.jpg')
    const small = { height: 32, width: 32, channels: 3, resize: 'cover' } as const
    const large = { height: 700, width: 900, channels: 1, resize: 'stretch' } as const
    await golden(`decoder ${DECODER_VERSION}`, {
      small: digest(await decodeToSize(photo, small)),
      large: digest(await decodeToSize(photo, large)),
      'of a pack': digest(
        resizeRaw(
          Uint8Array.from({ length: 48 }, (_, i) => i * 5),
          { height: 4, width: 4, channels: 3 },
          { ...small, height: 3, width: 2 },
        ),
      ),
    })
  })

  it('refuses a file whose content is not what its key says', async () => {
    const path = pictureFile()
    const item = { name: 'x', path, row: null, contentHash: 'd'.repeat(64) }
    const request = { items: [item], pack: null, size: PREPROCESSING, cacheFolder: join(folder, 'refused') }
    await expect(preparePixels(request)).rejects.toThrow('The file has changed since it was imported')
  })
})
