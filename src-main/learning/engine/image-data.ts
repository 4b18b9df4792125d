import { createHash } from 'node:crypto'
import { seededRandom } from '../../base/seeded-random.ts'
import type { Preprocessing } from '../../contract/network.ts'
import type { AugmentSpec } from '../../contract/spec.ts'
import { augmentImage, isAugmented } from './augment.ts'
import type { Samples, TrainingData } from './training-data.ts'

export type ImagePreprocessing = Extract<Preprocessing, { kind: 'image' }>

export interface ImageRows {
  readonly preprocessing: ImagePreprocessing
  readonly augment: AugmentSpec
  readonly seed: number
  readonly hashes: readonly string[]
  /** Bytes of one image at the training size, written into the given array. */
  readonly pixels: (row: number, into: Uint8Array) => void
}

/** Images as samples: bytes are handed on as numbers 0..255 and normalised on the batch,
 *  x = (value / 255 - mean[c]) / std[c]. What is drawn for an image depends on (seed, epoch, row) alone; cached copies
 *  depend on the image and the copy's number alone, so that runs share them. */
export function imageData(rows: ImageRows): Pick<TrainingData, 'samples' | 'copies'> {
  const { preprocessing, augment } = rows
  const shape = { height: preprocessing.height, width: preprocessing.width, channels: preprocessing.channels }
  const bytes = new Uint8Array(shape.height * shape.width * shape.channels)
  const augmented = (row: number, stream: string, seed: number, out: Float32Array, offset: number) => {
    rows.pixels(row, bytes)
    augmentImage(bytes, shape, augment, seededRandom(seed, stream), out, offset)
  }
  const read = (row: number, out: Float32Array, offset: number) => {
    rows.pixels(row, bytes)
    out.set(bytes, offset)
  }
  const isChanging = isAugmented(augment)
  const samples: Samples = {
    shape: [shape.height, shape.width, shape.channels],
    layer: null,
    normalisation: normalisationOf(preprocessing),
    read,
    readTraining: (row, epoch, out, offset) =>
      isChanging ? augmented(row, `augment ${epoch} ${row}`, rows.seed, out, offset) : read(row, out, offset),
  }
  const { copies: count, ...settings } = augment
  const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16)
  const copies = {
    count,
    key,
    read: (row: number, copy: number, out: Float32Array, offset: number) =>
      augmented(row, `copy ${copy} of ${rows.hashes[row]!}`, 0, out, offset),
  }
  return { samples, copies: isChanging ? copies : null }
}

export function normalisationOf({ mean, std, channels }: ImagePreprocessing) {
  const scale = Array.from({ length: channels }, (_, c) => 1 / (255 * (std[c] || 1)))
  const shift = Array.from({ length: channels }, (_, c) => -(mean[c] ?? 0) / (std[c] || 1))
  return { scale, shift }
}
