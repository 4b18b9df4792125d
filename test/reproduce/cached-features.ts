import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededRandom, shuffle } from '../../src-main/base/seeded-random.ts'
import { ExperimentSpec } from '../../src-main/contract/spec.ts'
import type { ChildMessage, Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { openPackWriter } from '../../src-main/data/pack.ts'
import { loadBaseModels, resolveSpec, type DatasetFacts } from '../../src-main/learning/catalog.ts'
import type { JobContext } from '../../src-main/trainer/job-context.ts'
import { runTrain } from '../../src-main/trainer/jobs/train.ts'
import { readMnist } from './support/mnist.ts'
import { type Figures, recordClaim } from './support/record.ts'

/** A linear head on the frozen base model: on features from the cache, and with the frozen part run anew in every step, from the same start on
 *  the same batches. A spec always takes the cache, so the second one is a job whose plan says that nothing can be cached. */

const isShort = process.argv.includes('--short')

const SETTINGS = {
  images: isShort ? 100 : 1000,
  shares: { train: 0.6, validation: 0.1 },
  base: 'efficientnet-lite0',
  inputSize: 128,
  epochs: isShort ? 2 : 10,
  batchSize: 32,
  optimizer: { type: 'adam', learningRate: 0.001 },
  seeds: isShort ? [1] : [1, 2, 3],
}

const SIDE = 28
const CLASSES = Array.from({ length: 10 }, (_, digit) => String(digit))
const folder = mkdtempSync(join(tmpdir(), 'graft-claim-'))

/** The first digits of MNIST's training images, packed as an import packs them. */
async function writeManifest(seed: number): Promise<string> {
  const { images, labels } = readMnist('train')
  const pack = join(folder, `digits ${seed}.u8`)
  const writer = await openPackWriter(pack, { height: SIDE, width: SIDE, channels: 1 })
  const order = shuffle([...Array(SETTINGS.images).keys()], seededRandom(seed, 'split'))
  const place = new Map(order.map((i, at) => [i, at / SETTINGS.images]))
  const { train, validation } = SETTINGS.shares
  const splitAt = (share: number) => (share < train ? 'train' : share < train + validation ? 'validation' : 'test')
  const items: Manifest['items'] = []
  for (let i = 0; i < SETTINGS.images; i++) {
    const pixels = images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE)
    await writer.add(pixels)
    const contentHash = createHash('sha256').update(pixels).digest('hex')
    const own = { id: i + 1, name: `image ${i}`, path: null, row: i, contentHash }
    items.push({ ...own, split: splitAt(place.get(i)!), targets: [labels[i]!] })
  }
  await writer.close()
  const heads: Manifest['heads'] = [{ name: 'digit', column: 'digit', type: 'classification', classes: CLASSES }]
  const dataset = { id: 'digits', name: 'digits', version: 1, hash: 'mnist', kind: 'image' as const }
  const path = join(folder, `manifest ${seed}.json`)
  writeFileSync(path, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
  return path
}

function jobOf(name: string, manifest: string, seed: number): TrainJob {
  const spec = ExperimentSpec.parse({
    dataset: 'digits',
    base: SETTINGS.base,
    inputSize: SETTINGS.inputSize,
    strategy: { type: 'feature-extraction' },
    heads: [{ name: 'digit', column: 'digit', type: 'classification' }],
    optimizer: SETTINGS.optimizer,
    epochs: SETTINGS.epochs,
    batchSize: SETTINGS.batchSize,
    seed,
  })
  const dataset: DatasetFacts = {
    name: 'digits',
    kind: 'image',
    splitCounts: { train: SETTINGS.images, validation: 0, test: 0 },
    labelColumns: [{ name: 'digit', type: 'classification', classes: CLASSES }],
    featureColumns: [],
    channels: 1,
    imageSize: { width: SIDE, height: SIDE },
    columnStatistics: {},
  }
  const bases = loadBaseModels(fileURLToPath(new URL('../../resources', import.meta.url)))
  const { plan, weights, spec: resolved } = resolveSpec(spec, { dataset, bases, trained: () => null })
  const own = join(folder, name)
  mkdirSync(join(own, 'run'), { recursive: true })
  return {
    kind: 'train',
    runId: name,
    folder: join(own, 'run'),
    cacheFolder: join(own, 'cache'),
    cacheLimitBytes: 1e10,
    spec: resolved,
    network: plan.network,
    states: plan.states,
    cachedUpTo: plan.cachedUpTo,
    preprocessing: plan.preprocessing,
    manifest,
    weights,
    models: {},
    datasets: {},
    resume: false,
    threads: 2,
  }
}

interface Trained {
  readonly seconds: number
  readonly accuracy: number
  /** Per test item, in order. */
  readonly predicted: readonly (string | number)[]
}

async function train(job: TrainJob): Promise<Trained> {
  const messages: ChildMessage[] = []
  const control = { requested: null, subscribe: () => () => undefined }
  const send = (message: ChildMessage) => {
    messages.push(message)
    return Promise.resolve()
  }
  const started = performance.now()
  const recorded = async () => undefined
  const context = { send, signal: new AbortController().signal, control, recorded } as unknown as JobContext
  await runTrain(job, context)
  const seconds = (performance.now() - started) / 1000
  const rows = messages.flatMap((message) =>
    message.type === 'predictions' && message.split === 'test' ? message.rows : [],
  )
  const hits = rows.filter(({ expected, predicted }) => expected === predicted).length
  return { seconds, accuracy: hits / rows.length, predicted: rows.map(({ predicted }) => String(predicted)) }
}

async function seedRun(seed: number): Promise<Figures> {
  const manifest = await writeManifest(seed)
  const cachedJob = jobOf(`cached ${seed}`, manifest, seed)
  const cached = await train(cachedJob)
  // Again with everything in the cache, as the next run with this base and dataset finds it.
  const again = await train({ ...cachedJob, folder: `${cachedJob.folder} again` })
  const plain = await train({ ...jobOf(`plain ${seed}`, manifest, seed), cachedUpTo: null })
  const round = (value: number) => Math.round(value * 1e4) / 1e4
  return {
    accuracyCached: round(cached.accuracy),
    accuracyUncached: round(plain.accuracy),
    sameAnswers: round(cached.predicted.filter((one, i) => one === plain.predicted[i]).length / plain.predicted.length),
    secondsCached: round(cached.seconds),
    secondsFromFullCache: round(again.seconds),
    secondsUncached: round(plain.seconds),
  }
}

const names = SETTINGS.seeds.map((seed) => `seed ${seed}`)

await recordClaim({
  name: 'cached-features',
  title: 'Cached features',
  published:
    'No figure: what is frozen gives the same features in every epoch, so that the accuracy has to be the same and the time that of the head.',
  settings: SETTINGS,
  parts: SETTINGS.seeds.map((seed) => ({ name: `seed ${seed}`, run: () => seedRun(seed) })),
  report(parts) {
    const of = (name: string) => names.map((seed) => parts[seed]![name] as number)
    const mean = (name: string) => of(name).reduce((sum, value) => sum + value, 0) / names.length
    const largest = Math.max(...of('accuracyCached').map((value, i) => Math.abs(value - of('accuracyUncached')[i]!)))
    const faster = mean('secondsUncached') / mean('secondsCached')
    const row = (label: string, name: string, show: (value: number) => string) => [label, ...of(name).map(show)]
    const percent = (value: number) => `${(100 * value).toFixed(2)} %`
    const seconds = (value: number) => `${value.toFixed(1)} s`
    return {
      columns: ['', ...names],
      rows: [
        row('test accuracy, cached', 'accuracyCached', percent),
        row('test accuracy, frozen part run in every step', 'accuracyUncached', percent),
        row('same answer on test images', 'sameAnswers', percent),
        row('time, empty cache', 'secondsCached', seconds),
        row('time, full cache', 'secondsFromFullCache', seconds),
        row('time, frozen part run in every step', 'secondsUncached', seconds),
      ],
      words: `Accuracies differ by at most ${(100 * largest).toFixed(2)} points; ${SETTINGS.epochs} epochs take ${faster.toFixed(1)} times as long without the cache, ${(mean('secondsUncached') / mean('secondsFromFullCache')).toFixed(1)} times as long as with features that an earlier run left.`,
      isReached: largest <= 0.005 && faster > 1,
    }
  },
})
rmSync(folder, { recursive: true, force: true })
