import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packNumbers } from '../../src-main/base/packed-numbers.ts'
import { Manifest, type ChildMessage } from '../../src-main/contract/trainer.ts'
import { type ErrorReply, GraftError } from '../../src-main/contract/errors.ts'
import type { JobContext, RunJob } from '../../src-main/trainer/job-context.ts'
import { runImportModel } from '../../src-main/trainer/jobs/import-model.ts'
import { runPrepareModel } from '../../src-main/trainer/jobs/prepare-model.ts'
import { sourceText } from '../../src-main/data/sources.ts'
import { labelToy } from './toy-labelling.ts'
import { fakeTrainer, type FakeChild, type FakeTrainer, finish, writeModel } from './fake-trainer.ts'
import { TOY_PRECISIONS } from './toy-precisions.ts'

/** Grey 4 x 4 pictures in a pack, two classes; the last picture repeats the first. */
export const TOY_ITEMS = 12

export function toyTrainer(): FakeTrainer {
  return fakeTrainer({
    inspect: (child) => {
      child.send({
        type: 'inspection',
        inspection: toyInspection(child.job.kind === 'inspect' ? sourceText(child.job.source) : ''),
      })
      finish(child)
    },
    import: importToy,
    'import-model': (child) =>
      child.job.kind === 'import-model' ? really(child, runImportModel, child.job) : undefined,
    'prepare-model': (child) =>
      child.job.kind === 'prepare-model' ? really(child, runPrepareModel, child.job) : undefined,
    'run-model': (child) => {
      if (child.job.kind === 'run-model') writeFileSync(child.job.output, 'numbers')
      finish(child)
    },
    'measure-speed': (child) => {
      child.send({ type: 'speed', imagesPerSecond: 240 })
      finish(child)
    },
    'measure-precision': (child) => {
      child.send({ type: 'precision-report', report: TOY_PRECISIONS })
      finish(child)
    },
    train: trainToy,
    analyse: analyseToy,
    predict: predictToy,
    explain: explainToy,
    label: labelToy,
    export: (child) => {
      if (child.job.kind !== 'export') return
      mkdirSync(child.job.folder, { recursive: true })
      writeFileSync(join(child.job.folder, 'model.json'), '{}')
      const files = [{ name: 'model.json', sizeBytes: 2, sha256: sha256('{}') }]
      child.send({ type: 'exported', files, proof: { samples: 2, maxDifference: 1e-6, sameTop1: 1 } })
      finish(child)
    },
  })
}

/** The job itself, in this process: it needs no TensorFlow. */
async function really<Job>(child: FakeChild, run: RunJob<Job>, job: Job): Promise<void> {
  const send = (message: ChildMessage): Promise<void> => Promise.resolve(child.send(message))
  const { signal } = new AbortController()
  try {
    await run(job, { send, signal } as JobContext)
    finish(child)
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    child.send({ type: 'failed', error: JSON.parse(JSON.stringify(error.toReply())) as ErrorReply })
    child.exit()
  }
}

export function toyInspection(source: string): Extract<ChildMessage, { type: 'inspection' }>['inspection'] {
  return {
    source,
    suggestedName: 'toy',
    layout: 'folder-per-class',
    summary: '2 classes, 12 images; one folder per class',
    count: TOY_ITEMS,
    classes: [
      { name: 'cat', count: 6 },
      { name: 'dog', count: 6 },
    ],
    columns: [],
    suggestedLabels: ['label'],
    header: null,
    warnings: [],
  }
}

export function importToy(child: FakeChild): void {
  if (child.job.kind !== 'import') return
  const { folder } = child.job
  mkdirSync(folder, { recursive: true })
  const pack = join(folder, 'pixels.u8')
  writeFileSync(pack, toyPack())
  child.send({ type: 'ready', pid: 1, versions: { node: process.versions.node } })
  child.send({
    type: 'schema',
    kind: 'image',
    pack,
    labelColumns: [{ name: 'label', type: 'classification', classes: ['cat', 'dog'] }],
    featureColumns: [],
  })
  child.send({ type: 'progress', done: TOY_ITEMS, total: TOY_ITEMS, message: 'reading' })
  child.send({
    type: 'items',
    items: Array.from({ length: TOY_ITEMS }, (_unused, row) => ({
      name: `image ${row + 1}`,
      path: null,
      row,
      contentHash: sha256(`picture ${row % (TOY_ITEMS - 1)}`),
      labels: { label: row % 2 === 0 ? 'cat' : 'dog' },
      width: 4,
      height: 4,
      channels: 1,
      values: null,
      thumb: null,
      split: null,
    })),
  })
  child.send({
    type: 'problems',
    problems: [{ path: 'broken.jpg', code: 'truncated', message: 'The file ends too early.', level: 'error' }],
  })
  finish(child)
}

/** The pack layout of docs/workspace.md. */
function toyPack(): Uint8Array {
  const header = Buffer.alloc(32)
  header.write('GRAFTPX1', 'latin1')
  for (const [index, value] of [TOY_ITEMS, 4, 4, 1].entries()) header.writeUInt32LE(value, 8 + index * 4)
  return Buffer.concat([header, Buffer.alloc(TOY_ITEMS * 16, 128)])
}

export function trainToy(child: FakeChild): void {
  if (child.job.kind !== 'train') return
  sendEpochs(child, child.job.spec.epochs)
  sendResults(child)
  finish(child)
}

/** Learns one epoch, then waits to be told how to end. */
export async function trainUntilTold(child: FakeChild): Promise<void> {
  sendEpochs(child, 1)
  const told = await child.nextControl()
  if (told === 'stop') sendResults(child)
  if (told !== 'kill') finish(child, told === 'pause' ? 'paused' : told === 'stop' ? 'stopped' : 'cancelled')
}

/** Two steps an epoch; losses fall. `from`: epochs that a checkpoint holds already. */
export function sendEpochs(child: FakeChild, epochs: number, from = 0): void {
  if (child.job.kind !== 'train') return
  child.send({ type: 'ready', pid: 1, versions: { tensorflow: '2.x' } })
  child.send({ type: 'series', names: ['train.loss', 'validation.loss', 'validation.accuracy'] })
  for (let epoch = from + 1; epoch <= epochs; epoch++) {
    const [step, seconds] = [epoch * 2, epoch / 10]
    child.send({
      type: 'step',
      phase: 'head',
      epoch,
      step,
      stepsPerEpoch: 2,
      progress: epoch / child.job.spec.epochs,
      samplesPerSecond: 100,
      secondsLeft: 1,
      seconds,
      memoryBytes: 1e8,
      points: [
        [0, step - 1, epoch - 0.5, seconds - 0.05, 2 / (step - 1)],
        [0, step, epoch, seconds, 2 / step],
        [1, step, epoch, seconds, 1 / epoch],
        [2, step, epoch, seconds, 1 - 1 / (epoch + 1)],
      ],
    })
    const figures = { samplesPerSecond: 1000, waitShare: 0.01, engine: 'compiled' as const }
    child.send({ type: 'epoch', epoch, seconds: 0.1, metrics: { 'train.loss': 2 / step }, ...figures })
    const path = join(child.job.folder, 'checkpoints', `step-${step}`)
    child.send({ type: 'checkpoint', path, epoch, step })
  }
}

export function sendResults(child: FakeChild): void {
  if (child.job.kind !== 'train') return
  const { items, heads } = Manifest.parse(JSON.parse(readFileSync(child.job.manifest, 'utf8')))
  const head = heads[0]
  if (head === undefined) throw new Error('the manifest has no head')
  for (const split of ['train', 'validation', 'test'] as const) {
    const rows = items
      .filter((item) => item.split === split)
      .map((item) => ({
        itemId: item.id,
        name: item.name,
        expected: head.classes[item.targets[0] ?? -1] ?? null,
        predicted: head.classes[0] ?? '',
        confidence: 0.75,
        loss: item.targets[0] === 0 ? 0.25 : 1.5,
      }))
    child.send({ type: 'predictions', split, head: head.name, rows, first: true })
  }
  child.send({
    type: 'cache',
    layer: 'pool',
    items: items.length,
    hits: 0,
    bytes: 1000,
    seconds: 0.1,
    precision: 'float32',
  })
  child.send({
    type: 'weights',
    changes: [{ layer: 'head_label', block: 'head', state: 'fresh', parameters: 10, change: 0.5, movingChange: null }],
  })
  child.send({ type: 'log', level: 'info', text: 'trained' })
  sendExhibits(child)
  writeModel(child.job)
}

/** Two exhibits; the first is sent twice, the later one counts. */
function sendExhibits(child: FakeChild): void {
  const words = { id: 'words', title: 'Words', level: 'info' } as const
  child.send({ type: 'exhibit', exhibit: { kind: 'text', ...words, words: 'Accuracy rises.' } })
  const columns = [{ label: 'score', format: 'number' as const }]
  const table = { kind: 'table', id: 'scores', title: 'Scores', words: 'One row.', level: 'info' } as const
  child.send({ type: 'exhibit', exhibit: { ...table, columns, rows: [[0.5]], own: null } })
  child.send({ type: 'exhibit', exhibit: { kind: 'text', ...words, words: 'Accuracy rose.' } })
}

function analyseToy(child: FakeChild): void {
  if (child.job.kind !== 'analyse') return
  const { models, items } = child.job.surroundings
  child.send({ type: 'progress', done: 0, total: models.length, message: 'toy' })
  child.send({ type: 'exhibit', exhibit: { kind: 'text', id: 'toy', title: 'Toy', words: 'Nothing.', level: 'info' } })
  const facts = { models: models.length, labelled: items.labelled, manifest: readManifestItems(child.job.manifest) }
  const suggestions = [{ title: 'Use the toy', patch: { base: models[0]?.ref ?? 'lenet' } }]
  child.send({ type: 'finding', words: 'It was measured.', facts, suggestions })
  finish(child)
}

function readManifestItems(path: string): number {
  return Manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).items.length
}

function predictToy(child: FakeChild): void {
  if (child.job.kind !== 'predict') return
  const names = [...child.job.sources.flat(), ...(child.job.items?.items.map((item) => item.name) ?? [])]
  const rows = names.map((name) => ({
    name,
    error: null,
    warning: null,
    heads: [{ head: 'label', classes: [{ name: 'cat', probability: 1 }], value: null }],
  }))
  child.send({ type: 'progress', done: names.length, total: names.length, message: 'predicting' })
  if (child.job.csv === null) child.send({ type: 'predicted', rows })
  else writeFileSync(child.job.csv, 'path,predicted\n')
  finish(child)
}

function explainToy(child: FakeChild): void {
  if (child.job.kind !== 'explain') return
  const map = { class: 'cat', rows: 1, columns: 2, values: packNumbers(Float32Array.of(0, 0.5)), least: 0, most: 0.5 }
  const layer = { name: 'conv', title: 'conv', type: 'Conv2D', block: 'stem', height: 1, width: 2, channels: 4 }
  const explanation = {
    method: 'gradcam' as const,
    methods: [{ method: 'gradcam' as const, refused: null }],
    head: 'label',
    layer: 'conv',
    layers: [layer],
    patch: null,
    stride: null,
    picture: { width: 8, height: 8 },
    seen: { left: 0, top: 0, width: 8, height: 8 },
    input: { width: 8, height: 8 },
    answer: { classes: [{ name: 'cat', probability: 1 }], value: null },
    predicted: ['cat'],
    expected: 'cat',
    maps: [map],
    overlay: null,
    seconds: 0.1,
  }
  child.send({ type: 'explained', explanation })
  finish(child)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
