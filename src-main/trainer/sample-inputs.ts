import { seededRandom } from '../base/seeded-random.ts'
import type { Preprocessing } from '../contract/network.ts'
import type { ExportJob, ManifestItem } from '../contract/trainer.ts'
import { predictionInputs } from './prediction-inputs.ts'

export interface SampleInputs {
  /** Of one input, without the batch axis. */
  readonly shape: readonly number[]
  /** One network input per sample. */
  readonly rows: readonly Float32Array[]
  /** What they were read from; of noise none. */
  readonly items: readonly ManifestItem[]
  /** False: noise, because no sample could be read. */
  readonly isRealData: boolean
}

export interface SampleOptions {
  readonly shape: readonly number[]
  readonly most: number
  readonly signal: AbortSignal
}

/** Noise inputs when there is no data. */
const NOISE_SAMPLES = 4

/** Up to `most` real samples of the dataset as the network takes them. What is gone or broken is passed over. */
export async function sampleInputs(job: ExportJob, { shape, most, signal }: SampleOptions): Promise<SampleInputs> {
  const { pack, items } = job.samples
  const read = await readItems(job, { pack, items }, { most, signal })
  if (read.length > 0) {
    return { shape, rows: read.map(({ row }) => row), items: read.map(({ item }) => item), isRealData: true }
  }
  const size = shape.reduce((total, value) => total * value, 1)
  const random = seededRandom(1, 'export proof')
  const noise = (): Float32Array => Float32Array.from({ length: size }, () => random() * 4 - 2)
  return { shape, rows: Array.from({ length: Math.min(most, NOISE_SAMPLES) }, noise), items: [], isRealData: false }
}

/** What of the training split can be read, as the network takes it. */
export async function calibrationRows(job: ExportJob, signal: AbortSignal): Promise<Float32Array[]> {
  const { pack, calibration = [] } = job.samples
  const read = await readItems(job, { pack, items: calibration }, { most: calibration.length, signal })
  return read.map(({ row }) => row)
}

interface ReadItem {
  readonly item: ManifestItem
  readonly row: Float32Array
}

async function readItems(
  { model }: ExportJob,
  items: Pick<ExportJob['samples'], 'pack' | 'items'>,
  { most, signal }: Pick<SampleOptions, 'most' | 'signal'>,
): Promise<ReadItem[]> {
  const read: ReadItem[] = []
  const asRead = { ...model, preprocessing: readExactly(model.preprocessing) }
  const request = { kind: 'predict' as const, model: asRead, sources: [], items, csv: null, threads: 0 }
  // A dataset that went away proves nothing about the files; the card then says that noise was used.
  const inputs = await predictionInputs(request, signal).catch(() => [])
  for (const [i, input] of inputs.entries()) {
    if (read.length >= most) break
    signal.throwIfAborted()
    const row = await input.load().catch(() => null)
    if (row) read.push({ item: items.items[i]!, row })
  }
  return read
}

/** The programs beside an export read pictures at their full size, so that is what they are compared with. */
function readExactly(preprocessing: Preprocessing): Preprocessing {
  return preprocessing.kind === 'image' ? { ...preprocessing, decoding: 'exact' } : preprocessing
}
