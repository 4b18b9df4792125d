import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Manifest, type ModelFiles, type TrainJob } from '../../src-main/contract/trainer.ts'
import { Network, Preprocessing } from '../../src-main/contract/network.ts'
import { openPack } from '../../src-main/data/pack.ts'
import { sha256OfFile } from '../../src-main/learning/weights/safetensors.ts'
import { loadModel } from '../../src-main/trainer/model.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { messagesOf, runToy, toyJob } from '../support/toy-run.ts'

async function modelFiles(job: TrainJob): Promise<ModelFiles> {
  const read = (name: string) => JSON.parse(readFileSync(join(job.folder, 'model', name), 'utf8')) as unknown
  const path = join(job.folder, 'model', 'weights.safetensors')
  return {
    network: Network.parse(read('network.json')),
    preprocessing: Preprocessing.parse(read('preprocessing.json')),
    heads: Manifest.shape.heads.parse(read('heads.json')),
    weights: { path, sha256: await sha256OfFile(path) },
  }
}

/** The toy with a second head: how bright the bar's neighbourhood is, in odd units, known for two rows of three. */
async function twoHeads(): Promise<TrainJob> {
  const job = await toyJob({ strategy: 'feature-extraction', spec: { epochs: 30 } })
  const manifest = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  manifest.heads.push({ name: 'height', column: 'height', type: 'regression', classes: [] })
  for (const [i, item] of manifest.items.entries()) item.targets.push(i % 3 === 0 ? null : 5000 + 900 * (i % 3))
  writeFileSync(job.manifest, JSON.stringify(manifest))
  const layers = job.network.layers
  layers.push({ ...layers.at(-1)!, name: 'head_height', config: { units: 1 } })
  job.network.outputs.push('head_height')
  job.states['head_height'] = 'fresh'
  job.spec.heads.push({ name: 'height', column: 'height', type: 'regression', weight: 0.5 })
  return job
}

describe('several heads', () => {
  test('each has its metrics; the saved model answers in the target’s unit, as the run’s predictions do', async () => {
    const job = await twoHeads()
    const run = await runToy(job)
    const last = messagesOf(run, 'epoch').at(-1)!.metrics
    expect(last['validation.label.accuracy']).toBeGreaterThan(0.8)
    expect(last['validation.height.mae']).toBeLessThan(300)
    expect(last['validation.loss']).toBeCloseTo(
      last['validation.label.loss']! + 0.5 * last['validation.height.loss']!,
      6,
    )

    const rows = messagesOf(run, 'predictions').filter(({ split }) => split === 'test')
    expect(rows.map(({ head, first }) => [head, first])).toEqual([
      ['label', true],
      ['height', true],
    ])
    const runtime = nativeRuntime()
    const model = await loadModel(await modelFiles(job), runtime, 64)
    const manifest = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
    const pack = openPack(manifest.pack!)
    const testRows = manifest.items.filter((item) => item.split === 'test')
    const input = Float32Array.from(
      testRows.flatMap((item) => [...pack.row(item.row!)].map((v) => (v / 255 - 0.5) / 0.25)),
    )
    const [classes, heights] = model.predict(input, testRows.length)
    for (const [i, row] of rows[1]!.rows.entries()) expect(heights![i]!).toBeCloseTo(row.predicted as number, 0)
    for (const [i, row] of rows[0]!.rows.entries()) {
      const own = classes!.subarray(i * 3, i * 3 + 3)
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
      expect(Math.max(...own)).toBeCloseTo(row.confidence!, 4)
    }
    model.dispose()
    pack.close()
  })
})

test('a rate far too high ends with advice, not with NaN weights', async () => {
  const optimizer = { type: 'sgd', learningRate: 10, momentum: 0.99 }
  const job = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { optimizer, epochs: 200 } })
  // BatchNorm would hold the activations down.
  job.network.layers = job.network.layers.filter((layer) => layer.name !== 'new1_bn')
  job.network.layers.find((layer) => layer.name === 'new1_dropout')!.inputs = ['new1_dense']
  job.network.layers.find((layer) => layer.name === 'new1_dense')!.config = { units: 12 }
  job.network.layers.find((layer) => layer.name === 'head_label')!.config = { units: 3, kernel_initializer: 'ones' }
  const failed = runToy(job)
  await expect(failed).rejects.toMatchObject({
    code: 'E_RUN_DIVERGED',
    fix: expect.stringContaining('learning rate of 1'),
  })
})

test('early stopping ends the run and restores the best weights', async () => {
  const earlyStopping = { metric: 'validation.loss' as const, patience: 2, restoreBest: true }
  const optimizer = { type: 'adam', learningRate: 0.3 }
  const job = await toyJob({ strategy: 'feature-extraction', spec: { epochs: 100, earlyStopping, optimizer } })
  const run = await runToy(job)
  const epochs = messagesOf(run, 'epoch')
  expect(run.outcome).toBe('finished')
  expect(epochs.length).toBeLessThan(100)
  const losses = epochs.map(({ metrics }) => metrics['validation.loss']!)
  const best = Math.min(...losses)
  expect(losses.indexOf(best)).toBe(losses.length - 3)
  expect(messagesOf(run, 'kept')).toEqual([{ type: 'kept', epoch: epochs[losses.indexOf(best)]!.epoch }])
  const rows = messagesOf(run, 'predictions').filter(({ split }) => split === 'validation')[0]!.rows
  expect(rows.reduce((sum, row) => sum + row.loss, 0) / rows.length).toBeCloseTo(best, 5)
})

test('head first, then the upper block at its own rate', async () => {
  const strategy = { type: 'fine-tuning', headEpochs: 2, unfreezeLearningRate: 0.002, learningRateDecayPerBlock: 0.5 }
  const job = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { strategy, epochs: 4 } })
  const run = await runToy(job)
  const phases = [...new Set(messagesOf(run, 'step').map((message) => message.phase))]
  expect(phases).toEqual(['head', 'fine-tune', 'test'])
  expect(messagesOf(run, 'cache').map(({ layer }) => layer)).toEqual(['flatten', 'block1_pool'])
  const rates = run.points
    .filter((point) => point.startsWith('learningRate'))
    .map((point) => Number(point.split(' ')[2]))
  expect(new Set(rates.slice(0, 16))).toEqual(new Set([0.01]))
  expect(new Set(rates.slice(16))).toEqual(new Set([0.002]))
})

test('augmented copies are cached once and used again', async () => {
  const augment = { flip: true, crop: 0.9, rotate: 5, colour: 0.1, copies: 3 }
  const job = await toyJob({ strategy: 'feature-extraction', spec: { augment } })
  const first = messagesOf(await runToy(job), 'cache')[0]!
  // 59 labelled training rows (plain and three copies), 15 validation rows, 15 test rows.
  expect(first).toMatchObject({ items: 59 * 4 + 30, hits: 0 })
  const second = messagesOf(await runToy({ ...job, spec: { ...job.spec, seed: 99 } }), 'cache')[0]!
  expect(second.hits).toBe(second.items)
})

test('at most ten step messages a second, with every point inside', async () => {
  const run = await runToy(await toyJob({ strategy: 'feature-extraction', spec: { epochs: 40 } }))
  expect(run.points.filter((point) => point.startsWith('train.loss'))).toHaveLength(40 * 8)
  const steps = messagesOf(run, 'step')
  const epochs = messagesOf(run, 'epoch').length
  const seconds = steps.at(-1)!.seconds
  // Each epoch's end sends what is waiting, beside the ten a second.
  expect(steps.length).toBeLessThanOrEqual(epochs + seconds * 10 + 3)
})
