import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import type { Preprocessing } from '../../src-main/contract/network.ts'
import { decodeToSize } from '../../src-main/data/decode.ts'
import { normalisationOf } from '../../src-main/learning/engine/data/image-data.ts'
import { tfjsExporter } from '../../src-main/learning/exporters/tfjs.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { openPage, sharedBrowser } from '../support/browser.ts'
import { manyPictures } from '../support/many-pictures.ts'
import { pixelModel } from '../support/pixel-model.ts'
import { temporaryFolder } from '../support/toy-run.ts'

interface Entry {
  readonly path: string
  readonly error?: string
  readonly probabilities: Record<string, number>
}

/** Browsers decode these in ways of their own, and the page says so; TIFF they do not read at all. */
const OTHERWISE = /^(cmyk|alpha)/
const NOT_READ = /\.tif$/

it('the page of an export answers from its folder, without a server, as Graft does', async () => {
  const root = temporaryFolder()
  const folder = join(root, 'export')
  mkdirSync(folder)
  const model = pixelModel()
  tfjsExporter.page!(model, folder)
  await tfjsExporter.write(model, folder)
  const { good, bad } = await manyPictures(join(root, 'pictures'))
  const names = [...good.filter((name) => !NOT_READ.test(name)), ...bad]
  const { page, problems } = await openPage(await sharedBrowser(), pathToFileURL(join(folder, 'predict.html')).href)
  await page.locator('#files').setInputFiles(names.map((name) => join(root, 'pictures', name)))
  await page
    .locator('#answers li')
    .nth(names.length - 1)
    .waitFor()
  expect(await page.locator('#state').textContent()).toBe('')
  const input = page.locator('#files')
  const entries = await input.evaluate((element) => {
    const { predictFiles } = globalThis as unknown as { predictFiles(files: Iterable<File>): Promise<Entry[]> }
    return predictFiles((element as unknown as { files: Iterable<File> }).files)
  })
  const plainTf = (await import('@tensorflow/tfjs')) as unknown as Tf
  const predict = await tfjsExporter.load!(plainTf, folder)
  const size = model.preprocessing as Extract<Preprocessing, { kind: 'image' }>
  const { scale, shift } = normalisationOf(size)
  expect(entries).toHaveLength(names.length)
  for (const [i, entry] of entries.entries()) {
    if (bad.includes(names[i]!)) {
      if (!names[i]!.endsWith('.svg')) expect(entry.error, names[i]).toEqual(expect.any(String))
      continue
    }
    if (OTHERWISE.test(names[i]!)) continue
    const pixels = await decodeToSize(join(root, 'pictures', names[i]!), size)
    const x = Array.from(pixels, (value, at) => value * scale[at % 3]! + shift[at % 3]!)
    const expected = predict(plainTf.tensor(x, [1, size.height, size.width, 3]))[0]!.dataSync()
    Object.values(entry.probabilities).forEach((value, c) => expect(Math.abs(value - expected[c]!), names[i]).toBeLessThan(0.01)) // prettier-ignore
  }
  expect(problems.filter((problem) => !problem.startsWith('request to file:'))).toEqual([])
  await page.context().close()
})
