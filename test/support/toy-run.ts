import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Layer, LayerState, LayerType, Network } from '../../src-main/contract/network.ts'
import { ExperimentSpec, type ExperimentSpecInput } from '../../src-main/contract/spec.ts'
import type { ChildMessage, Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { openPackWriter } from '../../src-main/data/pack.ts'
import { movesIn, prefixEnd } from '../../src-main/learning/network/prefix-end.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { float32Tensor, sha256OfFile, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { initializeWeight } from '../../src-main/learning/engine/model/initialize.ts'
import type { JobContext } from '../../src-main/trainer/job-context.ts'
import { runTrain } from '../../src-main/trainer/jobs/train.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** A new folder that goes away after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'graft-toy-'))
  folders.push(folder)
  return folder
}

const SIZE = 8
const CLASSES = ['top', 'middle', 'bottom']

/** Two reused blocks with BatchNorm, then a fresh dense layer with dropout, then a head. */
export function toyNetwork(): Network {
  const layers: Layer[] = []
  const add = (name: string, type: LayerType, block: string, config: Record<string, unknown> = {}) => {
    layers.push({ name, type, config, inputs: layers.length === 0 ? [] : [layers.at(-1)!.name], block })
  }
  add('input', 'InputLayer', 'input', { shape: [SIZE, SIZE, 1] })
  for (const block of ['block1', 'block2']) {
    add(`${block}_conv`, 'Conv2D', block, { filters: 6, kernel_size: [3, 3], padding: 'same', use_bias: false })
    add(`${block}_bn`, 'BatchNormalization', block, { momentum: 0.9 })
    add(`${block}_relu`, 'ReLU', block, { max_value: 6 })
    add(`${block}_pool`, 'MaxPooling2D', block, { pool_size: [2, 2] })
  }
  add('flatten', 'Flatten', 'block2')
  add('new1_dense', 'Dense', 'new', { units: 12, activation: 'relu' })
  add('new1_bn', 'BatchNormalization', 'new', { momentum: 0.9 })
  add('new1_dropout', 'Dropout', 'new', { rate: 0.2 })
  add('head_label', 'Dense', 'head', { units: CLASSES.length })
  const blocks = ['input', 'block1', 'block2', 'new', 'head'].map((name) => ({ name, label: name }))
  return { name: 'toy', blocks, layers, outputs: ['head_label'], features: 'flatten' }
}

/** All of the base frozen but the blocks named; what is not of the base is fresh. */
export function toyStates(network: Network, trainedBlocks: readonly string[]): Record<string, LayerState> {
  const stateOf = (block: string): LayerState =>
    ['new', 'head'].includes(block) ? 'fresh' : trainedBlocks.includes(block) ? 'trained' : 'frozen'
  return Object.fromEntries(network.layers.map((layer) => [layer.name, stateOf(layer.block)]))
}

/** A job on disk: bright bars at three heights in noise, and a random base model with moving averages of its own. */
export async function toyJob(options: {
  strategy: string
  trainedBlocks?: readonly string[]
  spec?: Partial<ExperimentSpecInput>
  folder?: string
  /** Of the dataset: two thirds to learn from. */
  items?: number
}): Promise<TrainJob> {
  const folder = options.folder ?? temporaryFolder()
  mkdirSync(join(folder, 'run'), { recursive: true })
  const manifest = await toyManifest(folder, options.items ?? 90)
  const network = toyNetwork()
  const states = toyStates(network, options.trainedBlocks ?? [])
  const weights = join(folder, 'base.safetensors')
  writeSafetensors(weights, baseTensors(network))
  return {
    kind: 'train',
    runId: 'toy',
    folder: join(folder, 'run'),
    cacheFolder: join(folder, 'cache'),
    cacheLimitBytes: 1e9,
    spec: toySpec(options.strategy, options.spec ?? {}),
    network,
    states,
    cachedUpTo: prefixEnd(network, movesIn(states)),
    preprocessing: {
      kind: 'image',
      height: SIZE,
      width: SIZE,
      channels: 1,
      mean: [0.5],
      std: [0.25],
      resize: 'stretch',
    },
    manifest,
    weights: { path: weights, sha256: await sha256OfFile(weights) },
    models: {},
    datasets: {},
    resume: false,
    threads: 1,
  }
}

function toySpec(strategy: string, more: Partial<ExperimentSpecInput>): ExperimentSpec {
  return ExperimentSpec.parse({
    dataset: 'bars',
    base: 'toy',
    heads: [{ name: 'label', column: 'label', type: 'classification' }],
    strategy: { type: strategy },
    optimizer: { type: 'adam', learningRate: 0.01 },
    epochs: 3,
    batchSize: 8,
    seed: 7,
    ...more,
  })
}

function baseTensors(network: Network) {
  return inferNetwork(network)
    .weights.filter((weight) => weight.layer.startsWith('block'))
    .map((weight) => {
      const values = initializeWeight(weight, 99)
      if (weight.name === 'moving_mean') values.fill(0.1)
      if (weight.name === 'moving_variance') values.fill(0.8)
      return float32Tensor(weight.fullName, weight.shape, values)
    })
}

async function toyManifest(folder: string, count: number): Promise<string> {
  const random = seededRandom(3)
  const splits = (i: number) => (i < (count * 2) / 3 ? 'train' : i < (count * 5) / 6 ? 'validation' : 'test')
  const pack = join(folder, 'pixels.u8')
  const writer = await openPackWriter(pack, { height: SIZE, width: SIZE, channels: 1 })
  const items: Manifest['items'] = []
  for (let i = 0; i < count; i++) {
    const pixels = new Uint8Array(SIZE * SIZE).map(() => Math.floor(random() * 120))
    const label = i % CLASSES.length
    pixels.fill(230, (label * 3 + 0) * SIZE, (label * 3 + 1) * SIZE)
    await writer.add(pixels)
    const target = i === 5 ? null : label
    items.push({
      id: i + 1,
      name: `image ${i}`,
      path: null,
      row: i,
      contentHash: `h${i}`,
      split: splits(i),
      targets: [target],
    })
  }
  await writer.close()
  const heads: Manifest['heads'] = [{ name: 'label', column: 'label', type: 'classification', classes: CLASSES }]
  const dataset = { id: 'd', name: 'bars', version: 1, hash: 'x', kind: 'image' as const }
  const path = join(folder, 'manifest.json')
  writeFileSync(path, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
  return path
}

export interface ToyRun {
  readonly outcome: string
  readonly messages: ChildMessage[]
  /** `<series> <step> <value>`, without the wall time. */
  readonly points: string[]
}

/** Runs a job in this process. `interrupt` asks for something after so many looks at the control (one per step), or once what was
 *  sent suffices. `recorded`: as of a parent that records what it is sent. */
export async function runToy(
  job: TrainJob,
  interrupt?: { action: 'pause' | 'stop' | 'cancel'; after: number | ((points: readonly string[]) => boolean) },
  recorded: () => Promise<void> = async () => undefined,
): Promise<ToyRun> {
  const messages: ChildMessage[] = []
  const abort = new AbortController()
  let looks = 0
  const control = {
    get requested() {
      if (interrupt === undefined) return null
      const { after } = interrupt
      const isDue = typeof after === 'number' ? ++looks > after : after(pointsOf(messages))
      if (!isDue) return null
      if (interrupt.action === 'cancel') abort.abort()
      return interrupt.action
    },
    subscribe: () => () => undefined,
  }
  const send = (message: ChildMessage) => {
    messages.push(message)
    return Promise.resolve()
  }
  const context = { send, signal: abort.signal, control, recorded } as unknown as JobContext
  const outcome = await runTrain(job, context)
  return { outcome, messages, points: pointsOf(messages) }
}

function pointsOf(messages: readonly ChildMessage[]): string[] {
  let names: string[] = []
  const points: string[] = []
  for (const message of messages) {
    if (message.type === 'series') names = message.names
    if (message.type !== 'step') continue
    for (const [series, step, , , value] of message.points) points.push(`${names[series]!} ${step} ${value}`)
  }
  return points
}

/** All messages of one type. */
export function messagesOf<T extends ChildMessage['type']>(
  run: Pick<ToyRun, 'messages'>,
  type: T,
): Extract<ChildMessage, { type: T }>[] {
  return run.messages.filter((message) => message.type === type) as Extract<ChildMessage, { type: T }>[]
}
