import type { SeededRandom } from '../../../../base/seeded-random.ts'
import type { AugmentSpec } from '../../../../contract/spec.ts'
import type { Tensor, Tf } from '../../../runtime.ts'
import { blankBoxes, changeColour, mixSamples } from './apply.ts'
import { transformImages } from '../../../ops/transform-images.ts'
import { drawChanges, type ImageShape } from './draw.ts'

/** Random changes of image batches: drawn outside of the training step from seeded generators, made inside of it by native
 *  ops. What is switched off costs nothing. */
export interface Augmentation {
  readonly isActive: boolean
  readonly isMixing: boolean
  /** What is drawn for a batch, one generator per image. */
  tensors(tf: Tf, randoms: readonly SeededRandom[]): Tensor[]
  /** (B, H, W, C) values 0..255 -> the same. */
  apply(tf: Tf, x: Tensor, drawn: readonly Tensor[]): Tensor
  /** Targets mixed as their images were: (B, C) or (B). */
  mixTargets(tf: Tf, targets: Tensor, drawn: readonly Tensor[]): Tensor
}

export function createAugmentation(spec: AugmentSpec, shape: ImageShape): Augmentation {
  const moves = spec.flip || spec.crop < 1 || spec.shift > 0 || spec.rotate > 0
  const isMixing = spec.mixup > 0
  const kinds = { maps: moves, colour: spec.colour > 0, boxes: spec.cutout > 0, partner: isMixing, weight: isMixing }
  const names = (Object.keys(kinds) as (keyof typeof kinds)[]).filter((name) => kinds[name])
  const of = (drawn: readonly Tensor[], name: keyof typeof kinds): Tensor => drawn[names.indexOf(name)]!
  return {
    isActive: names.length > 0,
    isMixing,
    tensors(tf, randoms) {
      const drawn = randoms.map((random) => drawChanges(shape, spec, random))
      // Rows come in a random order, so the next one of the batch is a random partner.
      const partner = Int32Array.from(drawn, (_, i) => (i + 1) % drawn.length)
      const make = {
        maps: () => tf.tensor2d(drawn.map(({ map }) => [...map, 0, 0])),
        colour: () => tf.tensor2d(drawn.map(({ colour }) => [...colour])),
        boxes: () => tf.tensor2d(drawn.map(({ box }) => [...box])),
        partner: () => tf.tensor1d(partner, 'int32'),
        weight: () => tf.tensor1d(drawn.map(({ weight }) => weight)),
      }
      return names.map((name) => make[name]())
    },
    apply(tf, x, drawn) {
      let y = kinds.maps ? transformImages(tf, x, of(drawn, 'maps')) : x
      if (kinds.colour) y = changeColour(tf, y, of(drawn, 'colour'))
      if (kinds.boxes) y = blankBoxes(tf, y, of(drawn, 'boxes'), shape)
      return isMixing ? mixSamples(tf, y, of(drawn, 'partner'), of(drawn, 'weight')) : y
    },
    mixTargets: (tf, targets, drawn) => mixSamples(tf, targets, of(drawn, 'partner'), of(drawn, 'weight')),
  }
}
