import { join } from 'node:path'
import { sharedOperations } from '../../src-main/trainer/thread-pools.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { labelOptions, writeDigitTasks } from './data/digit-tasks.ts'
import type { LabelledImages } from './data/idx.ts'
import { shippedImages } from './data/shipped-images.ts'
import { meanInterval, openWorkspace } from './support/graft.ts'
import { type FeatureNetwork, imageFeatures, shippedNetwork, trainedNetwork } from './support/image-features.ts'
import { readMnist } from './support/mnist.ts'
import { type Figures, recordClaim } from './support/record.ts'
import {
  accuracyWith,
  labellerOf,
  labelsFor,
  type Replayed,
  REPLAYED,
  replayLabelling,
  type ReplayData,
} from './support/replay-labelling.ts'

/** Labelling replayed: how many labels each order needs for an accuracy, beside labels at random. */

const isShort = process.argv.includes('--short')

const SETTINGS = {
  mnist: isShort
    ? { images: 1100, unlabelled: 1000, measured: 500 }
    : { images: 11_000, unlabelled: 10_000, measured: 2000 },
  photos: isShort ? { images: 700, unlabelled: 600, measured: 300 } : { images: 2000, unlabelled: 1800, measured: 500 },
  lenet: { task: 'parity', images: isShort ? 500 : 4000, epochs: isShort ? 2 : 5 },
  lite0Side: 96,
  orders: REPLAYED,
  firstBatch: 10,
  batch: 20,
  mostLabels: isShort ? 200 : 1200,
  budgetMs: 300,
  shares: [0.9, 0.95],
  seeds: isShort ? [1, 2] : [1, 2, 3, 4, 5],
}

const CLASSES = 10
const runtime = nativeRuntime(new AbortController().signal, sharedOperations(2))

/** The first images may be labelled, the others measure. */
function mnistDigits(): LabelledImages {
  const { images: count, measured } = SETTINGS.mnist
  const [train, test] = [readMnist('train'), readMnist('t10k')]
  return {
    images: Buffer.concat([train.images.subarray(0, count * 784), test.images.subarray(0, measured * 784)]),
    labels: Buffer.concat([train.labels.subarray(0, count), test.labels.subarray(0, measured)]),
    shape: [28, 28, 1],
  }
}

function photoDigits(): LabelledImages {
  const { images: pool, measured } = SETTINGS.photos
  const { images, labels, shape } = shippedImages('photo-digits')
  const size = shape[0] * shape[1] * shape[2]
  const count = pool + measured
  return { images: images.subarray(0, count * size), labels: labels.subarray(0, count), shape }
}

/** A LeNet that learned whether digits are even or odd, on images that are not among those to be labelled. */
async function lenetOfAnotherTask(): Promise<FeatureNetwork> {
  const { task, images, epochs } = SETTINGS.lenet
  const workspace = openWorkspace()
  const folder = join(workspace.folder, 'tasks')
  await writeDigitTasks(folder, { count: images, from: 40_000, isTurned: false, seed: 1 })
  await workspace.import('tasks', folder, labelOptions([task], '0.9,0.1,0'))
  const { runId } = await workspace.run({
    dataset: 'tasks',
    base: { architecture: 'lenet' },
    strategy: { type: 'fine-tuning' },
    heads: [{ name: task, column: task, type: 'classification' }],
    optimizer: { type: 'adam', learningRate: 0.001 },
    epochs,
    batchSize: 64,
    seed: 1,
  })
  const network = trainedNetwork(join(workspace.folder, 'workspace', 'runs', runId, 'model'))
  workspace.close()
  return network
}

const SETS = [
  { name: 'MNIST by a LeNet of another task', images: mnistDigits, network: lenetOfAnotherTask },
  { name: 'MNIST by EfficientNet-Lite0', images: mnistDigits, network: lite0 },
  { name: 'digits over photographs by EfficientNet-Lite0', images: photoDigits, network: lite0 },
]

async function lite0(): Promise<FeatureNetwork> {
  return Promise.resolve(shippedNetwork('efficientnet-lite0', SETTINGS.lite0Side))
}

interface PreparedSet {
  readonly data: ReplayData
  /** Of the images, how many each seed draws. */
  readonly unlabelled: number
  readonly fullAccuracy: number
}

const prepared = new Map<string, Promise<PreparedSet>>()

async function prepare({ images: read, network }: (typeof SETS)[number]): Promise<PreparedSet> {
  const images = read()
  const features = imageFeatures(runtime, await network(), images)
  const { images: pool, unlabelled } = read === mnistDigits ? SETTINGS.mnist : SETTINGS.photos
  const data = { features, labels: images.labels, classes: CLASSES, pool }
  const all = Int32Array.from(images.labels, (label, row) => (row < pool ? label : -1))
  return { data, unlabelled, fullAccuracy: await accuracyWith(labellerOf(runtime.tf, data), data, all, 20_000) }
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000
const figureOf = (by: Replayed, share: number) => `${by}, ${100 * share} %`

/** Labels that each order needs, -1 where the most labels were not enough; and the accuracy after each batch. */
async function replay(set: (typeof SETS)[number], seed: number): Promise<Figures> {
  const ready = prepared.get(set.name) ?? prepare(set)
  prepared.set(set.name, ready)
  const { data, fullAccuracy, unlabelled } = await ready
  const { orders, shares, seeds: _, ...options } = SETTINGS
  const figures: Record<string, number | number[]> = { fullAccuracy: rounded(fullAccuracy) }
  for (const by of orders) {
    const until = Math.max(...shares) * fullAccuracy
    const steps = await replayLabelling(runtime.tf, data, { ...options, by, seed, drawn: unlabelled, until })
    for (const share of shares) figures[figureOf(by, share)] = labelsFor(steps, share * fullAccuracy) ?? -1
    figures[`${by}, curve`] = steps.map(({ accuracy }) => rounded(accuracy))
  }
  return figures
}

const parts = SETS.flatMap((set) =>
  SETTINGS.seeds.map((seed) => ({ name: `${set.name}: seed ${seed}`, set, run: () => replay(set, seed) })),
)

const told = (values: readonly number[], digits = 0) => {
  const { mean, half } = meanInterval(values)
  return `${mean.toFixed(digits)}${Number.isNaN(half) ? '' : ` ± ${half.toFixed(digits)}`}`
}

/** Where the most labels were not enough that number stands in, and is said to be a lower bound. */
const needed = (values: readonly number[]) => values.map((value) => (value < 0 ? SETTINGS.mostLabels : value))

await recordClaim({
  name: 'label-order',
  title: 'What to label next: labels needed, by order',
  published:
    'Margin sampling and batches that are spread out as well need fewer labels than random ones (Settles 2009; Wei, Iyer, Bilmes 2015; Zhdanov 2019), by how much depends on the data. Here: from no label at all, 10 and then 20 at a time, by the answers that the window asks for; the linear head after each batch, measured on images that are never labelled. Aim: the best order needs at most half of the random labels.',
  settings: SETTINGS,
  parts,
  report(figures) {
    const rows: string[][] = []
    const best: { set: string; by: string; share: number; ratio: number }[] = []
    for (const { name } of SETS) {
      const own = parts.filter(({ set }) => set.name === name).map((part) => figures[part.name]!)
      const full = (100 * meanInterval(own.map(({ fullAccuracy }) => fullAccuracy as number)).mean).toFixed(1)
      for (const share of SETTINGS.shares) {
        const of = (by: Replayed) => own.map((each) => each[figureOf(by, share)] as number)
        const random = needed(of('random'))
        const ratios = SETTINGS.orders.slice(1).map((by) => {
          const ratio = meanInterval(needed(of(by)).map((labels, i) => labels / random[i]!)).mean
          return { set: name, by, share, ratio }
        })
        best.push(ratios.reduce((least, each) => (each.ratio < least.ratio ? each : least)))
        const cells = SETTINGS.orders.map((by) => {
          const missed = of(by).filter((labels) => labels < 0).length
          const ratio = ratios.find((each) => each.by === by)?.ratio
          const words = [told(needed(of(by))), ratio === undefined ? '' : `(${ratio.toFixed(2)})`]
          return [...words, missed === 0 ? '' : `at least: ${missed} of ${own.length} did not reach it`].filter(Boolean).join(' ') // prettier-ignore
        })
        rows.push([name, `${(100 * share).toFixed(0)} % of ${full} %`, ...cells])
      }
    }
    const isReached = best.every(({ ratio }) => ratio <= 0.5)
    const words = best.map(
      ({ set, by, share, ratio }) =>
        `${set}, ${(100 * share).toFixed(0)} %: ${by} with ${ratio.toFixed(2)} of the random labels`,
    )
    return {
      columns: ['images, features', 'accuracy', ...SETTINGS.orders],
      rows,
      words: `Labels needed from none on, mean of ${SETTINGS.seeds.length} seeds with 95 % intervals; in brackets the share of what random labels need. Best order: ${words.join('; ')}.`,
      isReached,
    }
  },
})
