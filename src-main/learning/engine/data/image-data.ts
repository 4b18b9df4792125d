import { createHash } from 'node:crypto'
import { seededRandom } from '../../../base/seeded-random.ts'
import type { Preprocessing } from '../../../contract/network.ts'
import type { AugmentSpec } from '../../../contract/spec.ts'
import { createAugmentation } from './augment/index.ts'
import type { Changes, Samples, TrainingData, Values } from './training-data.ts'

export type ImagePreprocessing = Extract<Preprocessing, { kind: 'image' }>

export interface ImageRows {
  readonly preprocessing: ImagePreprocessing
  readonly augment: AugmentSpec
  readonly seed: number
  readonly hashes: readonly string[]
  /** Bytes of some images at the training size, one after the other. */
  readonly load: (rows: readonly number[]) => Values | Promise<Values>
}

/** Images as samples: bytes are handed to the step as they are and normalised there,
 *  x = (value / 255 - mean[c]) / std[c]. What is drawn for an image depends on (seed, epoch, row) alone; cached copies
 *  depend on the image and the copy's number alone, so that runs share them. */
export function imageData(images: ImageRows): Pick<TrainingData, 'samples' | 'copies'> {
  const { preprocessing, augment, seed, hashes } = images
  const shape = { height: preprocessing.height, width: preprocessing.width, channels: preprocessing.channels }
  const samples: Samples = {
    shape: [shape.height, shape.width, shape.channels],
    layer: null,
    storage: 'uint8',
    normalisation: normalisationOf(preprocessing),
    load: images.load,
    changes: changesOf(augment, shape, (row, epoch) => seededRandom(seed, `augment ${epoch} ${row}`)),
    held: null,
  }
  // Copies are single images: nothing is mixed into them.
  const { copies: count, mixup: _mixup, ...settings } = augment
  const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16)
  const randomOf = (row: number, copy: number) => seededRandom(0, `copy ${copy} of ${hashes[row]!}`)
  const changes = changesOf({ ...augment, mixup: 0 }, shape, randomOf)
  return { samples, copies: changes === null ? null : { count, key, changes } }
}

function changesOf(
  spec: AugmentSpec,
  shape: { height: number; width: number; channels: number },
  randomOf: (row: number, epoch: number) => () => number,
): Changes | null {
  const augmentation = createAugmentation(spec, shape)
  if (!augmentation.isActive) return null
  return {
    draw: (tf, rows, times) =>
      augmentation.tensors(
        tf,
        rows.map((row, i) => randomOf(row, times[i]!)),
      ),
    apply: (tf, x, drawn) => augmentation.apply(tf, x, drawn),
    mix: augmentation.isMixing ? (tf, targets, drawn) => augmentation.mixTargets(tf, targets, drawn) : null,
  }
}

export function normalisationOf({ mean, std, channels }: ImagePreprocessing) {
  const scale = Array.from({ length: channels }, (_, c) => 1 / (255 * (std[c] || 1)))
  const shift = Array.from({ length: channels }, (_, c) => -(mean[c] ?? 0) / (std[c] || 1))
  return { scale, shift }
}
