import { fastDecoding } from '../data/decode-apart.ts'
import { DECODER_VERSION } from '../data/decode.ts'
import { openPack } from '../data/pack.ts'
import type { ImagePreprocessing } from '../learning/engine/data/image-data.ts'

/** Distinguishes how pictures became inputs in the feature cache. The same bytes in a pack of another shape are another image, and another
 *  decoder makes other pixels. */
export function imagePreprocessingKey(preprocessing: ImagePreprocessing, pack: string | null): string {
  const origin = { decoder: DECODER_VERSION, pack: pack === null ? null : packShape(pack) }
  const { decoding, ...exact } = preprocessing
  // Rows of a pack are not decoded. An exact reading is not written down, as it was before there was another.
  const isFast = decoding === 'fast' && pack === null
  return JSON.stringify({ ...exact, ...(isFast ? { decoding: fastDecoding() } : {}), ...origin })
}

function packShape(path: string) {
  const pack = openPack(path)
  pack.close()
  return pack.shape
}
