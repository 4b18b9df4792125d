import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PredictJob } from '../../../src-main/contract/trainer.ts'
import { writeTable } from '../../../src-main/data/table-pack.ts'
import { predictionInputs } from '../../../src-main/trainer/prediction-inputs.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-inputs-'))
  for (const path of ['a/cats/1.png', 'b/cats/1.png', 'loose.png']) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: '#ffffff' } })
    writeFileSync(join(folder, path), await picture.png().toBuffer())
  }
  symlinkSync(tmpdir(), join(folder, 'a', 'cats', 'away'))
  for (const name of ['x.csv', 'y.csv']) writeFileSync(join(folder, name), 'width\n1\n2\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (...names: string[]): string[] => names.map((name) => join(folder, name))
const image = { kind: 'image', height: 2, width: 2, channels: 1, mean: [0], std: [1], resize: 'stretch' } as const
const table = { kind: 'table', columns: [{ name: 'width', type: 'numeric', mean: 0, std: 1 }] } as const

/** What a job is about to predict. Only its sources and the model's preprocessing count. */
function inputsOf(sources: PredictJob['sources'], preprocessing: object) {
  const job = { kind: 'predict', model: { preprocessing }, sources, items: null, csv: null, threads: 1 }
  return predictionInputs(job as unknown as PredictJob, new AbortController().signal)
}

it('several files and folders are one: every name is its own, and what is refused says why', async () => {
  const inputs = await inputsOf([at('a/cats', 'b/cats', 'loose.png')], image)
  expect(inputs.map((input) => input.name)).toEqual(['cats/1 (2).png', 'cats/1.png', 'loose.png', 'cats/away'])
  expect(await inputs[0]?.load()).toEqual(Float32Array.from([1, 1, 1, 1]))
  await expect(inputs[3]?.load()).rejects.toThrow(/leads out of the folder/)
})

it('single files keep their order: a row belongs to a picture', async () => {
  const inputs = await inputsOf(at('loose.png', 'b/cats/1.png', 'a/cats/1.png'), image)
  expect(inputs.map((input) => input.name)).toEqual(['loose.png', '1.png', '1.png'])
})

it('rows of several tables say which table they are of', async () => {
  const inputs = await inputsOf([at('x.csv', 'y.csv')], table)
  expect(inputs.map((input) => input.name)).toEqual(['x.csv, row 1', 'x.csv, row 2', 'y.csv, row 1', 'y.csv, row 2'])
  expect((await inputsOf(at('x.csv'), table)).map((input) => input.name)).toEqual(['row 1', 'row 2'])
})

it('a cell of a dataset that would be infinite costs its own row, not the others', async () => {
  const pack = join(folder, 'table.bin')
  const values = Float64Array.from([1, 3e38, 3])
  await writeTable(pack, { rows: 3, columns: [{ name: 'width', type: 'numeric', categories: [], values }] })
  const preprocessing = { kind: 'table', columns: [{ name: 'width', type: 'numeric', mean: 1, std: 0.5 }] }
  const items = { pack, items: [0, 1, 2].map((row) => ({ name: `row ${row + 1}`, row })) }
  const job = { kind: 'predict', model: { preprocessing }, sources: [], items, csv: null, threads: 1 }
  const inputs = await predictionInputs(job as unknown as PredictJob, new AbortController().signal)
  const loaded = await Promise.allSettled(inputs.map((input) => input.load()))
  expect(loaded).toMatchObject([
    { value: Float32Array.of(0) },
    { reason: { message: expect.stringMatching(/in width, .* in row 2/) } },
    { value: Float32Array.of(4) },
  ])
})

describe('cells of a table', () => {
  const numeric = (name: string, more: object = {}) => ({ name, type: 'numeric', mean: 0, std: 1, ...more })
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  it('are read as the import reads them: decimal commas, thousands, signs', async () => {
    const model = { kind: 'table', columns: [numeric('a', { decimal: 'comma' }), numeric('b', { decimal: 'comma' })] }
    const two = fileURLToPath(new URL('../../fixtures/cases/01-two-rows.csv', import.meta.url))
    const rows = await inputsOf([two], model)
    expect(await Promise.all(rows.map((row) => row.load()))).toEqual([
      Float32Array.of(1.5, 2.5),
      Float32Array.of(-3.25, 70.5),
    ])
    const one = await inputsOf([put('either.csv', 'a,b\n"1,234","5,5%"\n')], model)
    expect(await one[0]?.load()).toEqual(Float32Array.of(1.234, 5.5))
    const points = { kind: 'table', columns: [numeric('a', { decimal: 'point' })] }
    expect(await (await inputsOf([put('t.csv', 'a;b\n1,234;x\n')], points))[0]?.load()).toEqual(Float32Array.of(1234))
  })

  it('that are no number are an error of their row, never the mean', async () => {
    const model = { kind: 'table', columns: [numeric('a', { missing: { cells: 2, texts: ['-9'] } })] }
    const rows = await inputsOf([put('odd.csv', 'a,b\ntwelve,1\n,2\nNA,3\n-9,4\n1e300,5\n')], model)
    await expect(rows[0]?.load()).rejects.toThrow('expected a number in a, received: "twelve"')
    for (const row of rows.slice(1, 4)) expect(await row.load()).toEqual(Float32Array.of(0))
    await expect(rows[4]?.load()).rejects.toThrow('1e300')
  })

  it('may be missing only where the training table missed some', async () => {
    const path = put('gap.csv', 'a,b\n,1\n3,2\n')
    const full = await inputsOf([path], {
      kind: 'table',
      columns: [numeric('a', { missing: { cells: 0, texts: [] } })],
    })
    await expect(full[0]?.load()).rejects.toThrow('received no value')
    const unknown = await inputsOf([path], { kind: 'table', columns: [numeric('a')] })
    expect(await unknown[0]?.load()).toEqual(Float32Array.of(0))
  })
})

it('a category that the model has never met is named in its row; another Unicode form or a missing one is none', async () => {
  const path = join(folder, 'hues.csv')
  writeFileSync(path, 'hue,width\nvert ❅,1\nre\u0301se\u0301da,2\npurple,3\n,4\n')
  const columns = [
    { name: 'hue', type: 'categorical', categories: ['vert ❅', 'r\u00e9s\u00e9da'] },
    { name: 'width', type: 'numeric', mean: 0, std: 1 },
  ]
  const inputs = await inputsOf([path], { kind: 'table', columns })
  expect(inputs.map(({ warning }) => warning)).toEqual([
    null,
    null,
    'The model has never met hue "purple"; it counts as no category at all.',
    null,
  ])
  expect(await Promise.all(inputs.map((input) => input.load()))).toEqual(
    [
      [1, 0, 1],
      [0, 1, 2],
      [0, 0, 3],
      [0, 0, 4],
    ].map((row) => Float32Array.from(row)),
  )
})

it('pictures are shrunk while they are decoded where the model learnt them so, and only there', async () => {
  const noise = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * 7919) % 251)
  const path = join(folder, 'large.jpg')
  writeFileSync(
    path,
    await sharp(noise, { raw: { width: 64, height: 64, channels: 1 } })
      .jpeg()
      .toBuffer(),
  )
  const load = async (decoding?: 'exact' | 'fast') => (await inputsOf([path], { ...image, decoding }))[0]!.load()
  expect(await load('exact')).toEqual(await load())
  expect(await load('fast')).not.toEqual(await load())
})
