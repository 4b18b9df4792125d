import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Exhibit, ExhibitOf } from '../../../src-main/contract/exhibits.ts'
import { Manifest, type TrainJob } from '../../../src-main/contract/trainer.ts'
import { foldAffine, pixelAffine } from '../../../src-main/learning/strategies/deep-belief-network/affine.ts'
import { gapCurves, healthTable } from '../../../src-main/learning/strategies/deep-belief-network/rbm-exhibits.ts'
import { comparisonExhibit } from '../../../src-main/learning/strategies/common/pre-training/scratch-comparison.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import { toyExtras, withStrategy } from '../../support/toy-extras.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../../support/toy-run.ts'
import { toyTableJob } from '../../support/toy-table.ts'
import { largestDifference } from '../../support/native-runtime.ts'

const exhibits = (run: ToyRun) => new Map(messagesOf(run, 'exhibit').map(({ exhibit }) => [exhibit.id, exhibit]))
const shown = <K extends Exhibit['kind']>(run: ToyRun, id: string) => exhibits(run).get(id) as ExhibitOf<K>
const weightsOf = (job: TrainJob) => readAllFloat32(join(job.folder, 'model', 'weights.safetensors'))

async function toy(type: string, more: Record<string, unknown> = {}): Promise<TrainJob> {
  const job = await toyJob({ strategy: type, trainedBlocks: ['block1', 'block2'] })
  return withStrategy(await toyExtras[type]!(job, join(job.folder, '..')), more)
}

/** The toy's images with an MLP of sigmoid units on the pixels. */
async function pixelJob(more: Record<string, unknown> = {}): Promise<TrainJob> {
  const job = await toy('deep-belief-network', more)
  const isBlock = (name: string) => name.startsWith('block')
  const layers = job.network.layers.filter(({ name }) => !isBlock(name))
  const plain = layers.map((layer) => (layer.name === 'flatten' ? { ...layer, inputs: ['input'] } : layer))
  const states = Object.fromEntries(plain.map(({ name }) => [name, 'fresh' as const]))
  return { ...job, network: { ...job.network, layers: plain }, states, cachedUpTo: null, weights: null }
}

/** What a stage's newest checkpoint holds. */
function checkpoint(run: ToyRun, stage: string) {
  const path = messagesOf(run, 'checkpoint').map((message) => message.path).findLast((each) => each.includes(stage))! // prettier-ignore
  return readAllFloat32(join(path, 'weights.safetensors'))
}

test('a stop after the RBMs keeps Dense layers that compute what the RBMs computed', async () => {
  const job = await pixelJob({ headEpochs: 3 })
  const run = await runToy(job)
  expect(run.outcome).toBe('finished')
  // With as many head epochs as epochs nothing but the head is trained: the unrolled weights are the final ones.
  const saved = weightsOf(job)
  const affine = pixelAffine({ mean: [0.5], std: [0.25] }, 64)
  const rbm1 = checkpoint(run, 'rbm-1')
  const first = foldAffine(rbm1.get('W')!.values, rbm1.get('c')!.values, affine)
  expect(largestDifference(saved.get('new1_dense/kernel')!.values, first.kernel)).toBeLessThan(1e-6)
  expect(largestDifference(saved.get('new1_dense/bias')!.values, first.bias)).toBeLessThan(1e-6)
  const rbm2 = checkpoint(run, 'rbm-2')
  expect(saved.get('new2_dense/kernel')!.values).toEqual(rbm2.get('W')!.values)
  expect(saved.get('new2_dense/bias')!.values).toEqual(rbm2.get('c')!.values)
})

test('a deep belief network shows filters, reconstructions, errors, free energies and the state of its units', async () => {
  const job = await pixelJob({ compareScratch: true })
  const run = await runToy(job)
  expect([...exhibits(run).keys()]).toEqual(['reconstruction-error', 'free-energy-gap', 'hidden-units', 'filters', 'reconstructions', 'pre-trained-or-not']) // prettier-ignore
  const filters = shown<'images'>(run, 'filters')
  expect([filters.images.length, filters.width, filters.height]).toEqual([16, 8, 8])
  expect(Buffer.from(filters.images[0]!.pixels, 'base64').length).toBe(64)
  const reconstructions = shown<'images'>(run, 'reconstructions')
  expect([reconstructions.perRow, reconstructions.images.length]).toEqual([3, 30])
  const errors = shown<'curves'>(run, 'reconstruction-error')
  expect(errors.series.map(({ y }) => y.length)).toEqual([3, 3])
  expect(errors.series[0]!.y.every((value) => value > 0 && value < 0.5)).toBe(true)
  // 59 of the toy's 60 training items are labelled, all 60 are learned from.
  expect(errors.words).toContain('on 60 training items (59 labelled, 1 unlabelled)')
  expect(shown<'table'>(run, 'pre-trained-or-not').rows.map(([name]) => name)).toEqual(['pre-trained', 'from scratch'])
  // The reconstruction's first image is the sample itself.
  const { items, pack } = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  const item = items.find(({ name }) => name === reconstructions.images[0]!.caption)!
  const all = readFileSync(pack!)
  const own = all.subarray(all.length - items.length * 64).subarray(item.row! * 64, item.row! * 64 + 64)
  expect(largestDifference(Buffer.from(reconstructions.images[0]!.pixels, 'base64'), own)).toBeLessThanOrEqual(1)
})

test('an interrupted run shows the same as an uninterrupted one', async () => {
  const whole = await runToy(await pixelJob())
  const parted = await pixelJob()
  await runToy(parted, { action: 'pause', after: 14 })
  const resumed = await runToy({ ...parted, resume: true })
  expect(Object.fromEntries(exhibits(resumed))).toEqual(Object.fromEntries(exhibits(whole)))
})

test('unlabelled copies of test items are not learned from', async () => {
  const job = await pixelJob()
  const manifest = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  const hash = manifest.items.find(({ split }) => split === 'test')!.contentHash
  const items = manifest.items.map((item) => (item.targets[0] === null ? { ...item, contentHash: hash } : item))
  writeFileSync(job.manifest, JSON.stringify({ ...manifest, items }))
  const { words } = shown<'curves'>(await runToy(job), 'reconstruction-error')
  expect(words).toContain('on 59 training items (59 labelled, 0 unlabelled)')
  expect(words).toContain('1 unlabelled ones were left out')
})

test.each(['bernoulli', 'gaussian'])('a table is learned from with %s units', async (visible) => {
  const job = await toyTableJob({ type: 'deep-belief-network', visible, pretrainingEpochs: 20, rbmBatchSize: 16, rbmLearningRate: 0.1 }) // prettier-ignore
  const run = await runToy(job)
  expect([...exhibits(run).keys()]).toEqual(['reconstruction-error', 'free-energy-gap', 'hidden-units'])
  const [first] = shown<'curves'>(run, 'reconstruction-error').series
  expect(first!.y.at(-1)!).toBeLessThan(first!.y[0]!)
  expect(messagesOf(run, 'epoch').map(({ engine }) => engine)).not.toContain('eager')
})

test('a denoising autoencoder restores better than the mean sample, and shows how', async () => {
  const run = await runToy(await toy('denoising-autoencoder', { pretrainingEpochs: 25, compareScratch: false }))
  expect([...exhibits(run).keys()]).toEqual(['restoration', 'reconstructions'])
  expect(shown<'text'>(run, 'restoration').level).toBe('info')
  const images = shown<'images'>(run, 'reconstructions')
  expect([images.perRow, images.images.length]).toEqual([3, 30])
  expect(images.images[0]!.pixels).not.toBe(images.images[1]!.pixels)
  const metrics = messagesOf(run, 'epoch').map((message) => message.metrics)
  const errors = metrics.flatMap((each) => each['validation.autoencoder.restorationError'] ?? [])
  expect(errors.length).toBe(25)
  expect(errors.at(-1)!).toBeLessThan(errors[0]!)
})

test('a denoising autoencoder learns from table rows, too', async () => {
  const run = await runToy(await toyTableJob({ type: 'denoising-autoencoder', pretrainingEpochs: 5 }))
  expect(run.outcome).toBe('finished')
  expect([...exhibits(run).keys()]).toEqual(['restoration'])
  expect(messagesOf(run, 'epoch').map(({ engine }) => engine)).not.toContain('eager')
})

test('rotations of the toy’s bars are told apart, and shown', async () => {
  const run = await runToy(await toy('rotation-prediction', { pretrainingEpochs: 12 }))
  const matrix = shown<'matrix'>(run, 'rotations')
  matrix.values.forEach((row) => expect(row.reduce((sum: number, value) => sum + value!, 0)).toBeCloseTo(1, 6))
  const metrics = messagesOf(run, 'epoch').map((message) => message.metrics)
  const accuracy = metrics.flatMap((each) => each['validation.rotation.accuracy'] ?? [])
  expect(accuracy.length).toBe(12)
  // Bars on top, in the middle or below: a quarter turn shows, a half turn of the middle one does not.
  expect(accuracy.at(-1)!).toBeGreaterThan(0.45)
})

test('a stop while pre-training keeps what was learned until then', async () => {
  for (const type of ['denoising-autoencoder', 'rotation-prediction'] as const) {
    const job = await toy(type, { pretrainingEpochs: 50 })
    const run = await runToy(job, { action: 'stop', after: 25 })
    expect(run.outcome).toBe('stopped')
    const changed = messagesOf(run, 'weights')[0]!.changes.filter(({ change }) => change > 0)
    expect(changed.map(({ layer }) => layer)).toEqual([
      'block1_conv',
      'block1_bn',
      'block2_conv',
      'block2_bn',
      'new1_dense',
      'new1_bn',
    ])
  }
})

test('idle hidden units and a growing free energy gap are warned of', () => {
  const layer = { dense: 'hidden1', units: 10, output: 'hidden1' }
  expect(healthTable([{ layer, health: { off: 0.6, on: 0.35 } }])).toMatchObject({ level: 'warn' })
  expect(healthTable([{ layer, health: { off: 0.6, on: 0.3 } }])).toMatchObject({ level: 'info' })
  const history = (gaps: number[]) =>
    gaps.map((freeEnergyGap) => ({ freeEnergyGap, trainError: 0.1, validationError: 0.1 }))
  const grown = gapCurves([{ layer, history: history([0.2, 1, 5.2]) }])
  expect([grown.level, grown.words.includes('hidden1 by 5.0')]).toEqual(['warn', true])
  expect(gapCurves([{ layer, history: history([0.2, 0.4]) }]).level).toBe('info')
})

test('the comparison says whether pre-training helped', () => {
  const measured = (accuracy: number) => ({ validation: {}, test: { accuracy, loss: 1 } })
  const better = comparisonExhibit(measured(0.9), measured(0.8), 100)
  expect([better.level, better.words.includes('helped: accuracy 90.0 % against 80.0 % on the test split')]).toEqual(['good', true]) // prettier-ignore
  const worse = comparisonExhibit(measured(0.7), measured(0.8), 100)
  expect([worse.level, worse.words.includes('did not help')]).toEqual(['warn', true])
  const losses = (loss: number) => ({ validation: { loss }, test: {} })
  expect(comparisonExhibit(losses(1), losses(2), 5)).toMatchObject({ level: 'good' })
})
