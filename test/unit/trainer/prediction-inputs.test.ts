import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PredictJob } from '../../../src-main/contract/trainer.ts'
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
