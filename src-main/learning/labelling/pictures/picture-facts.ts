import type { LabellerContext } from '../labeller-context.ts'
import { pace } from '../pace.ts'
import type { Hashes } from '../pairs/hash-pairs.ts'
import { type GreyFigures, greyFigures } from './grey-figures.ts'
import { greyPicture } from './grey-picture.ts'
import { perceptualHash } from './perceptual-hash.ts'

export interface PictureFacts {
  readonly hashes: Hashes
  /** By row. */
  readonly figures: readonly GreyFigures[]
}

const BATCH = 64

/** Reading the pictures takes much longer than what is asked of them: once per context. */
const kept = new WeakMap<LabellerContext, PictureFacts>()

export async function pictureFacts(context: LabellerContext): Promise<PictureFacts> {
  const before = kept.get(context)
  if (before !== undefined) return before
  const { rows } = context.features
  const onward = pace(context, 'pictures', rows)
  const hashes = new Uint32Array(2 * rows)
  const figures: GreyFigures[] = []
  for (let from = 0; from < rows; from += BATCH) {
    await onward(from)
    const batch = Array.from({ length: Math.min(BATCH, rows - from) }, (_, i) => from + i)
    const pixels = await context.pixels(batch)
    batch.forEach((row, i) => {
      const picture = greyPicture(pixels.values, i, pixels)
      hashes.set(perceptualHash(picture), 2 * row)
      figures.push(greyFigures(picture))
    })
  }
  const facts = { hashes, figures }
  kept.set(context, facts)
  return facts
}
