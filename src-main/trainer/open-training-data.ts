import { GraftError } from '../contract/errors.ts'
import type { Preprocessing } from '../contract/network.ts'
import type { Manifest, TrainJob } from '../contract/trainer.ts'
import { preparePixels } from '../data/pixel-cache.ts'
import { describeHead, type HeadInfo } from '../learning/network/head-info.ts'
import { limitLabels } from '../learning/engine/data/label-limit.ts'
import { imageData } from '../learning/engine/data/image-data.ts'
import type { SplitName, TrainingData } from '../learning/engine/data/training-data.ts'
import { imagePreprocessingKey } from './image-preprocessing-key.ts'
import type { JobContext } from './job-context.ts'
import { openTableRows } from './open-table-rows.ts'

export interface OpenData {
  readonly data: TrainingData
  readonly heads: HeadInfo[]
  close(): void
}

/** Opens a manifest's samples with some preprocessing, decoding what is not in the pixel cache yet. Row i is manifest item i. The
 *  spec's `labelLimit` counts for the run's own manifest, which must have something to learn from. */
export async function openTrainingData(
  job: OpenJob,
  manifest: Manifest,
  context: JobContext,
  options: OpenOptions,
): Promise<OpenData> {
  const { items } = manifest
  const all = manifest.heads.map((_, h) => Float64Array.from(items, (item) => item.targets[h] ?? NaN))
  const rows = {
    train: rowsOf(manifest, 'train'),
    validation: rowsOf(manifest, 'validation'),
    test: rowsOf(manifest, 'test'),
  }
  const unlabelled = withoutLabels(manifest)
  const learnt = rows.train.length + (options.needsLabels === false ? unlabelled.length : 0)
  if (options.isOwn && learnt === 0) throw nothingToLearn(manifest)
  const split = options.isOwn ? splitLabels(job, manifest, rows.train, all) : withLabels(rows.train, all)
  const { labelSmoothing } = job.spec
  const heads = manifest.heads.map((head, h) => {
    const weight = job.spec.heads.find(({ name }) => name === head.name)?.weight ?? 1
    const trainTargets = split.labelled.map((row) => split.targets[h]![row]!)
    return describeHead({ ...head, weight, labelSmoothing }, trainTargets, job.spec.classWeights === 'balanced')
  })
  const opened = await openRows(job, manifest, context, options.memoryBytes)
  const data: TrainingData = {
    ...opened.data,
    targets: split.targets,
    hiddenTargets: split.removed.length > 0 ? all : null,
    rows: { ...rows, train: split.labelled },
    unlabelled: [...split.removed, ...unlabelled],
    hashes: items.map((item) => item.contentHash),
    source: options.isOwn ? null : options.path,
  }
  return { data, heads, close: opened.close }
}

export type OpenJob = Pick<TrainJob, 'spec' | 'preprocessing' | 'cacheFolder'>

export interface OpenOptions {
  readonly memoryBytes: number
  /** The run's own manifest, not a further dataset's. */
  readonly isOwn: boolean
  readonly path: string
  /** False: unlabelled training items are enough. */
  readonly needsLabels?: boolean
}

interface SplitLabels {
  readonly labelled: readonly number[]
  readonly removed: readonly number[]
  readonly targets: readonly Float64Array[]
}

function withLabels(labelled: readonly number[], targets: readonly Float64Array[]): SplitLabels {
  return { labelled, removed: [], targets }
}

/** Takes away the labels of the training rows beyond the spec's limit. */
function splitLabels(
  { spec }: OpenJob,
  { heads }: Manifest,
  train: readonly number[],
  targets: readonly Float64Array[],
): SplitLabels {
  if (spec.labelLimit === null || targets.length === 0) return withLabels(train, targets)
  const isClassification = heads[0]!.type === 'classification'
  const { labelLimit: limit, seed } = spec
  const { labelled, removed } = limitLabels(train, { limit, seed, targets: targets[0]!, isClassification })
  const visible = targets.map((values) => {
    const copy = values.slice()
    for (const row of removed) copy[row] = NaN
    return copy
  })
  return { labelled, removed, targets: visible }
}

function nothingToLearn({ dataset, heads }: Manifest): GraftError {
  const columns = heads.map((head) => head.column).join(', ')
  const message = `Expected labelled samples in the train split of "${dataset.name}" (${columns}). It has none.`
  return new GraftError('E_DATASET_UNUSABLE', message, { fix: 'Label samples, or split the dataset again.' })
}

function isLabelled(item: Manifest['items'][number]): boolean {
  return item.targets.some((target) => target !== null)
}

/** Of one split, without items that no head can learn from or be measured by. */
function rowsOf(manifest: Manifest, split: SplitName): number[] {
  return manifest.items.flatMap((item, row) => (item.split === split && isLabelled(item) ? [row] : []))
}

function withoutLabels(manifest: Manifest): number[] {
  return manifest.items.flatMap((item, row) => (item.split === 'train' && !isLabelled(item) ? [row] : []))
}

async function openRows(job: OpenJob, manifest: Manifest, context: JobContext, memoryBytes: number) {
  const { preprocessing } = job
  if (preprocessing.kind === 'table') {
    const data = await openTableRows(manifest.pack, manifest.items, preprocessing)
    return { data, close: () => undefined }
  }
  return openImages(job, preprocessing, manifest, context, memoryBytes)
}

async function openImages(
  job: OpenJob,
  preprocessing: Extract<Preprocessing, { kind: 'image' }>,
  manifest: Manifest,
  { send, signal }: JobContext,
  memoryBytes: number,
) {
  const onProgress = (done: number, total: number) =>
    void send({ type: 'progress', done, total, message: 'Reading images' })
  const request = {
    items: manifest.items,
    pack: manifest.pack,
    size: preprocessing,
    cacheFolder: job.cacheFolder,
    memoryBytes,
  }
  const source = await preparePixels(request, { signal, onProgress })
  const data = imageData({
    preprocessing,
    augment: job.spec.augment,
    seed: job.spec.seed,
    hashes: manifest.items.map((item) => item.contentHash),
    load: (rows) => source.load(rows),
  })
  const preprocessingKey = imagePreprocessingKey(preprocessing, manifest.pack)
  return { data: { ...data, preprocessingKey }, close: () => source.close() }
}
