import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Exhibit, ExhibitOf } from '../../src-main/contract/exhibits.ts'
import type { LayerState } from '../../src-main/contract/network.ts'
import type { Manifest, ModelFiles, TrainJob } from '../../src-main/contract/trainer.ts'
import {
  float32Tensor,
  readAllFloat32,
  sha256OfFile,
  writeSafetensors,
} from '../../src-main/learning/weights/safetensors.ts'
import { toyExtras, trainedFiles, withStrategy, withTeacher } from '../support/toy-extras.ts'
import { messagesOf, runToy, temporaryFolder, toyJob, type ToyRun } from '../support/toy-run.ts'

type Named = ModelFiles & { title: string }

async function distillationJob(strategy: object, spec: object = {}, teacher?: Named): Promise<TrainJob> {
  const plain = await toyJob({
    strategy: 'distillation',
    trainedBlocks: ['block1', 'block2'],
    spec: { epochs: 2, ...spec },
  })
  const job = teacher === undefined ? await withTeacher(plain) : { ...plain, models: { 'run:teacher': teacher } }
  return withStrategy(job, { teachers: ['run:teacher'], ...strategy })
}

/** The newest exhibit of an id. */
function exhibit<K extends Exhibit['kind']>(run: ToyRun, kind: K, id: string): ExhibitOf<K> {
  const found = messagesOf(run, 'exhibit').filter((message) => message.exhibit.id === id)
  expect(found.at(-1)?.exhibit.kind).toBe(kind)
  return found.at(-1)!.exhibit as ExhibitOf<K>
}

const series = (run: ToyRun, name: string) =>
  run.points.filter((point) => point.startsWith(`${name} `)).map((point) => Number(point.split(' ')[2]))

const weightsOf = (job: TrainJob) => readFileSync(join(job.folder, 'model', 'weights.safetensors'))

/** Changes the job's manifest in place. */
function editManifest(
  job: TrainJob,
  edit: (item: Manifest['items'][number], place: number) => Manifest['items'][number],
) {
  const manifest = JSON.parse(readFileSync(job.manifest, 'utf8')) as Manifest
  writeFileSync(job.manifest, JSON.stringify({ ...manifest, items: manifest.items.map(edit) }))
}

/** The pixel cache, which holds resized images, wants hashes as real imports have them. */
const withHash = (item: Manifest['items'][number]) => {
  return { ...item, contentHash: createHash('sha256').update(item.name).digest('hex') }
}

describe('teacher and student', () => {
  test('a student that starts as its teacher has no soft loss on any shuffled batch: answers stay with their images', async () => {
    const { models } = await distillationJob({})
    const teacher = models['run:teacher']!
    const plain = await distillationJob(
      { hardLossWeight: 0, temperature: 3 },
      { optimizer: { type: 'sgd', learningRate: 1e-8, momentum: 0 } },
    )
    // Trained throughout, but for the dropout: as in inference, every batch must give the teacher's own answers.
    const states = Object.fromEntries(plain.network.layers.map(({ name }) => [name, 'trained' as LayerState]))
    const still = plain.network.layers.map((layer) =>
      layer.type === 'Dropout' ? { ...layer, config: { ...layer.config, rate: 0 } } : layer,
    )
    const run = await runToy({
      ...plain,
      states,
      network: { ...plain.network, layers: still },
      weights: teacher.weights,
      cachedUpTo: null,
    })
    const soft = series(run, 'train.loss')
    expect(soft.length).toBeGreaterThan(10)
    expect(Math.max(...soft.map(Math.abs))).toBeLessThan(1e-4)
    // Another teacher's answers are far from it.
    const other = await runToy(await distillationJob({ hardLossWeight: 0, temperature: 3 }))
    expect(Math.min(...series(other, 'train.loss').slice(0, 5))).toBeGreaterThan(0.1)
  })

  test('a teacher of another input size and preprocessing sees the images as it learnt them', async () => {
    const job = await toyJob({
      strategy: 'fine-tuning',
      trainedBlocks: ['block1', 'block2'],
      folder: join(temporaryFolder(), 't'),
      spec: { epochs: 5 },
    })
    const layers = job.network.layers.map((layer) =>
      layer.type === 'InputLayer' ? { ...layer, config: { shape: [12, 12, 1] } } : layer,
    )
    const preprocessing = {
      ...job.preprocessing,
      height: 12,
      width: 12,
      mean: [0.2],
      std: [0.9],
    } as TrainJob['preprocessing']
    const large = { ...job, network: { ...job.network, layers }, preprocessing }
    editManifest(large, withHash)
    const own = await runToy(large)
    const student = await distillationJob({}, {}, await trainedFiles(large, 'Large teacher'))
    editManifest(student, withHash)
    const lens = exhibit(await runToy(student), 'lens', 'lens')
    const predictions = new Map(
      messagesOf(own, 'predictions')
        .filter(({ split }) => split === 'test')
        .flatMap(({ rows }) => rows.map((row) => [row.itemId, row] as const)),
    )
    expect(lens.rows.length).toBeGreaterThan(5)
    for (const { itemId, logits } of lens.rows) {
      const z = logits[0]!
      const probabilities = z.map((each) => Math.exp(each) / z.reduce((sum, other) => sum + Math.exp(other), 0))
      const { confidence, predicted } = predictions.get(itemId)!
      expect(Math.max(...probabilities)).toBeCloseTo(confidence!, 4)
      expect(lens.classes[probabilities.indexOf(Math.max(...probabilities))]).toBe(predicted)
    }
  })

  test('a teacher with its classes in another order teaches the same', async () => {
    const { models } = await distillationJob({})
    const turned = await turnClasses(models['run:teacher']!, [2, 0, 1])
    const [first, second] = [await distillationJob({}), await distillationJob({}, {}, turned)]
    const runs = [await runToy(first), await runToy(second)]
    expect(runs[1]!.points).toEqual(runs[0]!.points)
    expect(weightsOf(second).equals(weightsOf(first))).toBe(true)
  })

  test('several teachers count as the mean of their probabilities: twice the same is the same', async () => {
    const once = await distillationJob({})
    const twice = await distillationJob({ teachers: ['run:teacher', 'run:again'] })
    const models = { ...twice.models, 'run:again': twice.models['run:teacher']! }
    expect((await runToy({ ...twice, models })).points).toEqual((await runToy(once)).points)
  })

  test('refuses a teacher that answers probabilities, or that knows other classes', async () => {
    const { models } = await distillationJob({})
    const teacher = models['run:teacher']!
    const softmax = {
      ...teacher,
      network: {
        ...teacher.network,
        layers: teacher.network.layers.map((layer) =>
          layer.name === 'head_label' ? { ...layer, config: { ...layer.config, activation: 'softmax' } } : layer,
        ),
      },
    }
    await expect(runToy(await distillationJob({}, {}, softmax))).rejects.toThrow(/Expected logits.*probabilities/)
    const heads = [{ ...teacher.heads[0]!, classes: ['top', 'middle', 'left'] }]
    await expect(runToy(await distillationJob({}, {}, { ...teacher, heads }))).rejects.toThrow(/top, middle, bottom/)
    await expect(runToy(await distillationJob({ teachers: [] }))).rejects.toThrow('Received: none')
  })
})

describe('labels are optional', () => {
  const steps = (run: ToyRun) => series(run, 'train.loss').length

  test('unlabelled training rows learn from the soft loss alone', async () => {
    // 59 labelled rows and one without a label; of 59, six keep theirs.
    const spec = { labelLimit: 6, epochs: 1 }
    expect(steps(await runToy(await distillationJob({}, spec)))).toBe(Math.ceil(60 / 8))
    expect(steps(await runToy(await distillationJob({ useUnlabelled: false }, spec)))).toBe(1)
  })

  test('a weight of 0 uses no label', async () => {
    const jobs = [await distillationJob({ hardLossWeight: 0 }), await distillationJob({ hardLossWeight: 0 })]
    editManifest(jobs[1]!, (item) =>
      item.split === 'train' && item.targets[0] !== null ? { ...item, targets: [(item.targets[0]! + 1) % 3] } : item,
    )
    for (const job of jobs) await runToy(job)
    expect(weightsOf(jobs[1]!).equals(weightsOf(jobs[0]!))).toBe(true)
  })

  test('a train split without any label is enough', async () => {
    const job = await distillationJob({ compareAlone: true }, { epochs: 8 })
    editManifest(job, (item) => (item.split === 'train' ? { ...item, targets: [null] } : item))
    const run = await runToy(job)
    expect(run.outcome).toBe('finished')
    const table = exhibit(run, 'table', 'distillation')
    expect(table.rows.map(([name]) => name)).toEqual(['Toy teacher', 'Student'])
    expect(table.rows[1]![1]).toBeGreaterThan(0.8)
    const needing = withStrategy(job, { useUnlabelled: false })
    await expect(runToy(needing)).rejects.toThrow('Expected labelled samples')
  })
})

describe('born-again networks', () => {
  const bornAgain = async (strategy: object, spec: object = {}) => {
    const plain = await toyJob({ strategy: 'born-again-networks', spec: { epochs: 4, ...spec } })
    const job = await toyExtras['born-again-networks']!(plain, dirname(plain.folder))
    return withStrategy(job, { compareTeachers: false, ...strategy })
  }

  test.each([
    ['soft', false],
    ['soft', true],
    ['cwtm', false],
    ['dkpp', false],
  ])('%s, with labels %s: every generation learns from fresh weights of its own', async (method, useLabels) => {
    const run = await runToy(await bornAgain({ method, useLabels }))
    const table = exhibit(run, 'table', 'generations')
    expect(table.rows.map(([name]) => name)).toEqual([
      'Generation 0 (teacher)',
      'Generation 1',
      'Generation 2',
      'Mean of 2 generations',
      'Ensemble of 2 generations',
    ])
    for (const name of ['train.generation0.loss', 'train.generation1.loss', 'train.loss']) {
      const curve = messagesOf(run, 'epoch').flatMap(({ metrics }) => metrics[name] ?? [])
      expect(curve.at(-1)!, name).toBeLessThan(curve[0]! * 0.7)
    }
    // None is warm-started: every one of them begins as badly as the first.
    const first = ['train.generation1.softLoss', 'train.softLoss'].map((name) => series(run, name)[0]!)
    expect(Math.min(...first)).toBeGreaterThan(0.4)
    expect(first[0]).not.toBe(first[1])
  })

  test('with augmentation each parent answers for the changed images: compiled, and resumed as uninterrupted', async () => {
    const spec = { augment: { flip: true, crop: 0.8 } }
    const whole = await bornAgain({ generations: 1 }, spec)
    const run = await runToy(whole)
    expect(messagesOf(run, 'epoch').map(({ engine }) => engine)).not.toContain('eager')
    const parted = await bornAgain({ generations: 1 }, spec)
    expect((await runToy(parted, { action: 'pause', after: 50 })).outcome).toBe('paused')
    await runToy({ ...parted, resume: true })
    expect(weightsOf(parted).equals(weightsOf(whole))).toBe(true)
    // Stored answers for the plain images teach something else.
    const plain = await bornAgain({ generations: 1, method: 'dkpp' }, spec)
    expect(series(await runToy(plain), 'train.softLoss')[0]).not.toBe(series(run, 'train.softLoss')[0])
  })

  test('the best generation on validation is kept when asked for', async () => {
    const job = await bornAgain({ keep: 'best', generations: 3 })
    const run = await runToy(job)
    const { own, rows } = exhibit(run, 'table', 'generations')
    const validation = [
      'validation.generation1.accuracy',
      'validation.generation2.accuracy',
      'validation.accuracy',
    ].map((name) => series(run, name).at(-1)!)
    expect(own! - 1).toBe(validation.indexOf(Math.max(...validation)))
    expect(series(run, 'test.accuracy').at(-1)).toBeCloseTo(1 - (rows[own!]![1] as number), 6)
  })

  test('generation 0 may be a trained model of the same architecture, and nothing may be reused', async () => {
    const job = await withTeacher(await bornAgain({ teacher: 'run:teacher', generations: 1 }))
    expect(exhibit(await runToy(job), 'table', 'generations').rows[0]![0]).toBe('Generation 0 (Toy teacher)')
    const layers = job.network.layers.map((layer) =>
      layer.name === 'new1_dense' ? { ...layer, config: { ...layer.config, units: 5 } } : layer,
    )
    await expect(runToy({ ...job, network: { ...job.network, layers } })).rejects.toThrow('another one')
    const frozen = { ...job, states: { ...job.states, block1_conv: 'frozen' as const } }
    await expect(runToy(frozen)).rejects.toThrow('Expected every layer to be fresh')
  })
})

/** The same model with its classes in another order: class c of the result is class order[c]. */
async function turnClasses(teacher: Named, order: readonly number[]): Promise<Named> {
  const tensors = [...readAllFloat32(teacher.weights.path)].map(([name, { shape, values }]) => {
    if (!name.startsWith('head_label/')) return float32Tensor(name, shape, values)
    const turned = values.map((_, i) => values[Math.floor(i / 3) * 3 + order[i % 3]!]!)
    return float32Tensor(name, shape, turned)
  })
  const path = join(temporaryFolder(), 'turned.safetensors')
  writeSafetensors(path, tensors)
  const heads = [{ ...teacher.heads[0]!, classes: order.map((c) => teacher.heads[0]!.classes[c]!) }]
  return { ...teacher, heads, weights: { path, sha256: await sha256OfFile(path) } }
}
