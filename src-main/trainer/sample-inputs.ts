import type { Preprocessing } from '../contract/network.ts'
import type { ExportJob } from '../contract/trainer.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { decodeToSize, resizeRaw } from '../data/decode.ts'
import { openPack } from '../data/pack.ts'

export interface SampleInputs {
  /** (B, ...) without the batch axis. */
  readonly shape: readonly number[]
  /** One network input per sample. */
  readonly rows: Float32Array[]
  /** False: noise, because no sample could be read. */
  readonly isRealData: boolean
}

type ImagePreprocessing = Preprocessing & { kind: 'image' }

/** Noise inputs when there is no data. */
const NOISE_SAMPLES = 4

/** Up to `most` real samples as the network takes them. Files that are gone or broken are passed over. */
export async function sampleInputs(
  samples: ExportJob['samples'],
  preprocessing: Preprocessing,
  shape: readonly number[],
  most: number,
): Promise<SampleInputs> {
  const rows = preprocessing.kind === 'image' ? await imageRows(samples, preprocessing, most) : []
  if (rows.length > 0) return { shape, rows, isRealData: true }
  const size = shape.reduce((total, value) => total * value, 1)
  const random = seededRandom(1, 'export proof')
  const noise = (): Float32Array => Float32Array.from({ length: size }, () => random() * 4 - 2)
  return { shape, rows: Array.from({ length: Math.min(most, NOISE_SAMPLES) }, noise), isRealData: false }
}

async function imageRows(
  { items, pack: path }: ExportJob['samples'],
  preprocessing: ImagePreprocessing,
  most: number,
): Promise<Float32Array[]> {
  const pack = path === null ? null : openPack(path)
  const rows: Float32Array[] = []
  try {
    for (const item of items) {
      if (rows.length >= most) break
      const pixels = await pixelsOf(item, pack, preprocessing)
      if (pixels) rows.push(normalised(pixels, preprocessing))
    }
  } finally {
    pack?.close()
  }
  return rows
}

async function pixelsOf(
  item: ExportJob['samples']['items'][number],
  pack: ReturnType<typeof openPack> | null,
  size: ImagePreprocessing,
): Promise<Uint8Array | null> {
  try {
    if (item.path !== null) return await decodeToSize(item.path, size)
    return pack && item.row !== null ? await resizeRaw(pack.row(item.row), pack.shape, size) : null
  } catch {
    // A sample that cannot be read any more proves nothing; the others do.
    return null
  }
}

function normalised(pixels: Uint8Array, { channels, mean, std }: ImagePreprocessing): Float32Array {
  return Float32Array.from(pixels, (value, index) => {
    const channel = index % channels
    return (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1)
  })
}
