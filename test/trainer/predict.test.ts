import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ImagePrediction } from '../../src-main/contract/models.ts'
import type { Network } from '../../src-main/contract/network.ts'
import type { ChildMessage, ModelFiles, PredictJob } from '../../src-main/contract/trainer.ts'
import { readCsv } from '../../src-main/data/read-csv.ts'
import { float32Tensor, sha256OfFile, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import type { JobContext } from '../../src-main/trainer/job-context.ts'
import { runPredict } from '../../src-main/trainer/jobs/predict.ts'
import { csvHeader } from '../../src-main/trainer/prediction-rows.ts'
import { temporaryFolder } from '../support/toy-run.ts'

const folder = temporaryFolder()

/** One dense layer on 2 x 2 grey pixels (or 3 inputs), with known weights. */
async function modelFiles(inputs: 'image' | 'table'): Promise<ModelFiles> {
  const shape = inputs === 'image' ? [2, 2, 1] : [3]
  const flat = inputs === 'image' ? 4 : 3
  const layer = (name: string, type: 'InputLayer' | 'Flatten' | 'Dense', config: object, from: string[]) => {
    return { name, type, config: config as Record<string, unknown>, inputs: from, block: 'b' }
  }
  const network: Network = {
    name: 'known',
    blocks: [{ name: 'b', label: 'b' }],
    layers: [
      layer('input', 'InputLayer', { shape }, []),
      layer('flat', 'Flatten', {}, ['input']),
      layer('head', 'Dense', { units: 2 }, ['flat']),
    ],
    outputs: ['head'],
    features: 'flat',
  }
  const path = join(folder, `${inputs}.safetensors`)
  const kernel = Float32Array.from({ length: flat * 2 }, (_, i) => (i % 2 === 0 ? 0 : 1))
  writeSafetensors(path, [
    float32Tensor('head/kernel', [flat, 2], kernel),
    float32Tensor('head/bias', [2], new Float32Array(2)),
  ])
  const image = { kind: 'image' as const, height: 2, width: 2, channels: 1 as const, mean: [0.5], std: [0.25] }
  const columns = [
    { name: 'width', type: 'numeric' as const, mean: 10, std: 2 },
    { name: 'colour', type: 'categorical' as const, categories: ['red', 'blue'] },
  ]
  return {
    network,
    preprocessing: inputs === 'image' ? { ...image, resize: 'stretch' } : { kind: 'table', columns },
    heads: [{ name: 'label', column: 'label', type: 'classification', classes: ['dark', 'light, "very"'] }],
    weights: { path, sha256: await sha256OfFile(path) },
  }
}

async function predict(job: Partial<PredictJob> & { model: ModelFiles }) {
  const messages: ChildMessage[] = []
  const send = (message: ChildMessage) => Promise.resolve(void messages.push(message))
  const context = { send, signal: new AbortController().signal } as unknown as JobContext
  await runPredict({ kind: 'predict', sources: [], items: null, csv: null, threads: 1, ...job }, context)
  const rows = messages.flatMap((message) => (message.type === 'predicted' ? message.rows : []))
  return { rows, messages }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const probability = (row: ImagePrediction, name: string) =>
  row.heads[0]!.classes.find((entry) => entry.name === name)!.probability

describe('images', () => {
  const pictures = join(folder, 'pictures')
  beforeAll(async () => {
    mkdirSync(join(pictures, 'inner'), { recursive: true })
    const grey = (value: number) =>
      sharp({ create: { width: 4, height: 4, channels: 3, background: { r: value, g: value, b: value } } })
    await grey(0).png().toFile(join(pictures, 'a dark.png'))
    await grey(255)
      .png()
      .toFile(join(pictures, 'inner', 'light.png'))
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture')
    writeFileSync(join(pictures, 'empty.png'), '')
  })

  test('a folder: the right probabilities, and a row with its reason for each bad file', async () => {
    const { rows } = await predict({ model: await modelFiles('image'), sources: [pictures] })
    expect(rows.map(({ name, error }) => [name, error === null])).toEqual([
      ['a dark.png', true],
      ['broken.jpg', false],
      ['empty.png', false],
      ['inner/light.png', true],
    ])
    // Four pixels of (0 - 0.5) / 0.25 = -2 or (1 - 0.5) / 0.25 = 2 add up to -8 or 8.
    expect(probability(rows[0]!, 'light, "very"')).toBeCloseTo(sigmoid(-8), 5)
    expect(rows[3]!.heads[0]!.classes[0]).toMatchObject({
      name: 'light, "very"',
      probability: expect.closeTo(sigmoid(8), 5),
    })
  })

  test('to CSV, which reads back; nothing half-written is left', async () => {
    const csv = join(folder, 'out.csv')
    const { rows, messages } = await predict({ model: await modelFiles('image'), sources: [pictures], csv })
    expect(rows).toEqual([])
    expect(messages.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({ done: 4, total: 4 })
    const table = await readCsv(csv)
    expect(table.columns).toEqual(['path', 'predicted', 'dark', 'light, "very"', 'error'])
    expect(table.rows.map((row) => row.slice(0, 2))).toEqual([
      ['a dark.png', 'dark'],
      ['broken.jpg', ''],
      ['empty.png', ''],
      ['inner/light.png', 'light, "very"'],
    ])
    expect(Number(table.rows[0]![2])).toBeCloseTo(sigmoid(8), 5)
    expect(table.rows[1]![4]).toMatch(/cannot be read/)
  })

  test.skipIf(process.platform === 'win32')(
    'links, pipes, drawings and unreadable names have a row each; a pipe that is named is not waited for',
    async () => {
      const odd = join(folder, 'odd')
      mkdirSync(odd)
      symlinkSync(join(folder, 'gone.png'), join(odd, 'link.png'))
      execFileSync('mkfifo', [join(odd, 'pipe.png')])
      writeFileSync(Buffer.concat([Buffer.from(`${odd}/bad`), Buffer.from([0xff]), Buffer.from('.png')]), 'x')
      writeFileSync(join(odd, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>')
      const model = await modelFiles('image')
      const { rows } = await predict({ model, sources: [odd, join(odd, 'pipe.png')] })
      expect(rows.map(({ name, error }) => [name, error])).toEqual([
        ['drawing.svg', expect.stringContaining('SVG drawings are not read')],
        ['bad\uFFFD.png', expect.stringContaining('not valid Unicode')],
        ['link.png', expect.stringContaining('leads nowhere')],
        ['pipe.png', expect.stringContaining('pipe')],
        ['pipe.png', expect.stringContaining('Expected a regular file')],
      ])
    },
  )

  test('classes that are called like a column of the CSV have columns of their own', () => {
    const head = (name: string, classes: string[]) => ({ name, column: name, type: 'classification' as const, classes })
    expect(csvHeader([head('label', ['path', 'cat', 'error', 'predicted', 'path (class)'])])).toEqual([
      'path',
      'predicted',
      'path (class)',
      'cat',
      'error (class)',
      'predicted (class)',
      'path (class) (class)',
      'error',
    ])
    const both = csvHeader([head('a', ['b.c', 'predicted']), head('a.b', ['c'])])
    expect(new Set(both).size).toBe(both.length)
  })

  test('a place where nothing is', async () => {
    const model = await modelFiles('image')
    await expect(predict({ model, sources: [join(folder, 'nowhere')] })).rejects.toMatchObject({
      code: 'E_SOURCE_PATH',
    })
  })

  test('weights that were changed', async () => {
    const model = await modelFiles('image')
    const weights = { ...model.weights, sha256: '0'.repeat(64) }
    await expect(predict({ model: { ...model, weights }, sources: [pictures] })).rejects.toMatchObject({
      code: 'E_MODEL_WEIGHTS',
    })
  })
})

describe('tables', () => {
  test('columns by name in any order; missing numbers count as the mean, unknown categories as none', async () => {
    const path = join(folder, 'rows.csv')
    writeFileSync(path, 'colour,extra,width\nblue,1,14\ngreen,2,\nred,3,8\n')
    const { rows } = await predict({ model: await modelFiles('table'), sources: [path] })
    expect(rows.map(({ name }) => name)).toEqual(['row 1', 'row 2', 'row 3'])
    const sums = rows.map((row) => probability(row, 'light, "very"'))
    // (14 - 10) / 2 + one category = 3; nothing = 0; (8 - 10) / 2 + one category = 0.
    expect(sums).toEqual([expect.closeTo(sigmoid(3), 5), expect.closeTo(0.5, 5), expect.closeTo(0.5, 5)])
    expect(readFileSync(path, 'utf8')).toContain('green')
  })

  test('a table without a column of the model', async () => {
    const path = join(folder, 'short.csv')
    writeFileSync(path, 'colour\nblue\n')
    const failed = predict({ model: await modelFiles('table'), sources: [path] })
    await expect(failed).rejects.toMatchObject({ code: 'E_PREDICT_INPUT', message: expect.stringContaining('width') })
  })
})
