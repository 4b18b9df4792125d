import { GraftError } from '../contract/errors.ts'
import type { Preprocessing } from '../contract/network.ts'
import type { Manifest, TrainJob } from '../contract/trainer.ts'
import { DECODER_VERSION } from '../data/decode.ts'
import { openPack } from '../data/pack.ts'
import { preparePixels } from '../data/pixel-cache.ts'
import { describeHead, type HeadInfo } from '../learning/engine/heads.ts'
import { imageData } from '../learning/engine/image-data.ts'
import type { SplitName, TrainingData } from '../learning/engine/training-data.ts'
import type { JobContext } from './job-context.ts'
import { openTableRows } from './open-table-rows.ts'

export interface OpenData {
  readonly data: TrainingData
  readonly heads: HeadInfo[]
  close(): void
}

/** Opens a run's samples at its input size, decoding what is not in the pixel cache yet. Row i is manifest item i. */
export async function openTrainingData(
  job: TrainJob,
  manifest: Manifest,
  context: JobContext,
  memoryBytes: number,
): Promise<OpenData> {
  const { items } = manifest
  const targets = manifest.heads.map((_, h) => Float64Array.from(items, (item) => item.targets[h] ?? NaN))
  const rows = {
    train: rowsOf(manifest, 'train'),
    validation: rowsOf(manifest, 'validation'),
    test: rowsOf(manifest, 'test'),
  }
  if (rows.train.length === 0) throw nothingToLearn(manifest)
  const { labelSmoothing } = job.spec
  const heads = manifest.heads.map((head, h) => {
    const weight = job.spec.heads.find(({ name }) => name === head.name)?.weight ?? 1
    const trainTargets = rows.train.map((row) => targets[h]![row]!)
    return describeHead({ ...head, weight, labelSmoothing }, trainTargets, job.spec.classWeights === 'balanced')
  })
  const opened = await openRows(job, manifest, context, memoryBytes)
  const hashes = items.map((item) => item.contentHash)
  return { data: { ...opened.data, targets, rows, hashes }, heads, close: opened.close }
}

function nothingToLearn({ dataset, heads }: Manifest): GraftError {
  const columns = heads.map((head) => head.column).join(', ')
  const message = `Expected labelled samples in the train split of "${dataset.name}" (${columns}). It has none.`
  return new GraftError('E_DATASET_UNUSABLE', message, { fix: 'Label samples, or split the dataset again.' })
}

/** Of one split, without items that no head can learn from or be measured by. */
function rowsOf(manifest: Manifest, split: SplitName): number[] {
  const isUseful = (item: Manifest['items'][number]) => item.targets.some((target) => target !== null)
  return manifest.items.flatMap((item, row) => (item.split === split && isUseful(item) ? [row] : []))
}

async function openRows(job: TrainJob, manifest: Manifest, context: JobContext, memoryBytes: number) {
  const { preprocessing } = job
  if (preprocessing.kind === 'table') {
    const data = await openTableRows(manifest.pack, manifest.items, preprocessing)
    return { data, close: () => undefined }
  }
  return openImages(job, preprocessing, manifest, context, memoryBytes)
}

async function openImages(
  job: TrainJob,
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
  // The same bytes in a pack of another shape are another image, and another decoder makes other pixels.
  const origin = { decoder: DECODER_VERSION, pack: manifest.pack === null ? null : packShape(manifest.pack) }
  const preprocessingKey = JSON.stringify({ ...preprocessing, ...origin })
  return { data: { ...data, preprocessingKey }, close: () => source.close() }
}

function packShape(path: string) {
  const pack = openPack(path)
  pack.close()
  return pack.shape
}
