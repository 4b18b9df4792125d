import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ChildMessage, ImportModelJob, MeasureSpeedJob, RunModelJob } from '../../src-main/contract/trainer.ts'
import { loadImported } from '../../src-main/learning/bases/load-imported.ts'
import { float32Tensor, readAllFloat32, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { COLOURS, writeGraftModel } from '../support/graft-model.ts'
import { launchJob } from '../support/launch-job.ts'
import { temporaryFolder } from '../support/toy-run.ts'

const root = temporaryFolder()
const photo = join(root, 'photo.png')
let source: string

beforeAll(async () => {
  source = writeGraftModel(join(root, 'colours'))
  const background = { r: 250, g: 20, b: 90 }
  await sharp({ create: { width: 40, height: 32, channels: 3, background } })
    .png()
    .toFile(photo)
})

function importJob(more: Partial<ImportModelJob>): ImportModelJob {
  const file = { path: source, family: null, inputSize: null }
  return {
    kind: 'import-model',
    source: file,
    preparation: null,
    labels: null,
    imageNet: [],
    photo: null,
    target: null,
    ...more,
  }
}

async function ended(job: ImportModelJob | MeasureSpeedJob | RunModelJob): Promise<ChildMessage[]> {
  const { messages, ended: exit } = launchJob(job)
  await exit
  return messages
}

async function likely(preparation: ImportModelJob['preparation']) {
  const messages = await ended(importJob({ preparation, photo: { path: photo, pack: null, row: null } }))
  const seen = messages.find((message) => message.type === 'model')
  return seen?.type === 'model' ? (seen.inspection.likely ?? []) : []
}

async function imported(name: string, preparation: ImportModelJob['preparation']) {
  const about = { title: name, importedAt: '2026-01-01T00:00:00.000Z', licence: null, trainedOn: null }
  await ended(importJob({ preparation, target: { folder: join(root, 'models', name), ...about } }))
  const base = loadImported(join(root, 'models'), false).find(({ id }) => id === `imported:${name}`)?.base
  if (!base) throw new Error('not imported')
  return base
}

describe('a photograph, before anything is kept', () => {
  it('shows the most likely classes, whose probabilities add up to one', async () => {
    const classes = await likely(null)
    expect(classes.map(({ name }) => name).sort()).toEqual([...COLOURS].sort())
    expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
  })

  it('gives other probabilities when its pixels are prepared in another way', async () => {
    expect(await likely('raw')).not.toEqual(await likely('0..1'))
  })
})

describe('raw numbers', () => {
  const count = 5
  const x = Float32Array.from({ length: count * 32 * 32 * 3 }, (_, i) => Math.sin(i * 0.37))
  const input = join(root, 'input.safetensors')

  async function computed(name: string, preparation: ImportModelJob['preparation'], layers: string[] = []) {
    const { network, weights, isBgr } = await imported(name, preparation)
    writeSafetensors(input, [float32Tensor('input', [count, 32, 32, 3], x)])
    const output = join(root, `${name}.out.safetensors`)
    await ended({ kind: 'run-model', network, weights, isBgr, input, output, layers, threads: 2 })
    return readAllFloat32(output)
  }

  it('go to the first layer as they are; the softmax of the file stays', async () => {
    const { shape, values } = (await computed('plain', null)).get('classes')!
    expect(shape).toEqual([count, 3])
    for (let row = 0; row < count; row++) {
      expect(values[row * 3]! + values[row * 3 + 1]! + values[row * 3 + 2]!).toBeCloseTo(1, 5)
    }
  })

  it('give the same whether the first kernel is turned round or not', async () => {
    const [plain, turned] = [await computed('left', '-1..1'), await computed('turned', 'caffe')]
    const [a, b] = [plain, turned].map((all) => all.get('classes')!.values)
    a!.forEach((value, i) => expect(b![i]).toBeCloseTo(value, 5))
  })

  it('come out of any layer, in its shape', async () => {
    const found = await computed('inner', null, ['conv1', 'classes'])
    expect([...found.keys()].sort()).toEqual(['classes', 'conv1'])
    expect(found.get('conv1')!.shape[0]).toBe(count)
    expect(found.get('conv1')!.shape).toHaveLength(4)
  })

  it('of another name or kind are refused in words', async () => {
    const { network, weights, isBgr } = await imported('refused', null)
    const job = { kind: 'run-model', network, weights, isBgr, output: join(root, 'none'), threads: 2 } as const
    const wrong = join(root, 'wrong.safetensors')
    writeSafetensors(wrong, [float32Tensor('x', [1, 2], Float32Array.of(1, 2))])
    const messages = [
      await ended({ ...job, input: wrong, layers: [] }),
      await ended({ ...job, input, layers: ['conv11'] }),
    ].map((all) => all.find((message) => message.type === 'failed'))
    expect(messages.map((message) => message?.error.code)).toEqual(['E_PREDICT_INPUT', 'E_PREDICT_INPUT'])
    expect(messages[1]?.error.fix).toContain('conv1')
  })
})

it('says how many images a second its network does here, whatever its weights', async () => {
  const { network } = await imported('fast', null)
  const started = performance.now()
  const messages = await ended({ kind: 'measure-speed', network, threads: 2 })
  const speeds = messages.flatMap((message) => (message.type === 'speed' ? [message.imagesPerSecond] : []))
  // At least two batches of 32 were computed in that time.
  expect(speeds).toHaveLength(1)
  expect(speeds[0]).toBeGreaterThan((2 * 32 * 1000) / (performance.now() - started) / 2)
  expect(messages.at(-1)).toMatchObject({ type: 'done', outcome: 'finished' })
})
