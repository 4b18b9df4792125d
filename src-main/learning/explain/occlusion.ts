import type { HeatValues } from './heat-values.ts'

export interface OccludedPicture {
  /** As the network takes it: height * width * channels. */
  readonly values: Float32Array
  /** [height, width, channels]. */
  readonly shape: readonly number[]
  /** Of a covered pixel, per channel, as the network takes it. */
  readonly fill: readonly number[]
}

export interface Occlusion {
  /** Side of the patch and step from one to the next, in pixels of the input. */
  readonly patch: number
  readonly stride: number
  /** Places in the answer, one map for each. */
  readonly units: readonly number[]
  /** `count` pictures, one after the other -> their answers, one after the other. */
  readonly answers: (pictures: Float32Array, count: number) => Promise<ArrayLike<number>>
}

const BATCH = 32
const NOTHING: Place = { top: 0, left: 0, bottom: 0, right: 0 }

/** Occlusion sensitivity: the answer of the picture less that with a patch over it. Paper: Zeiler and Fergus, ECCV 2014, arXiv 1311.2901,
 *  section 4.2. Patches begin at every multiple of `stride` until one reaches the end; what of the last one lies outside is cut off.
 *  A pixel's heat is the mean over the patches that cover it. */
export async function occlusion(
  picture: OccludedPicture,
  { patch, stride, units, answers }: Occlusion,
): Promise<HeatValues[]> {
  const [height, width] = picture.shape as [number, number, number]
  const places = starts(height, patch, stride).flatMap((top) =>
    starts(width, patch, stride).map((left) => ({
      top,
      left,
      bottom: Math.min(height, top + patch),
      right: Math.min(width, left + patch),
    })),
  )
  const sums = units.map(() => new Float64Array(height * width))
  const covers = new Uint16Array(height * width)
  // The first one is the picture as it is; every batch has the one size that is compiled.
  const all = [NOTHING, ...places]
  let plain: number[] = []
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH)
    const pictures = new Float32Array(BATCH * picture.values.length)
    batch.forEach((place, i) => pictures.set(covered(picture, place), i * picture.values.length))
    const found = await answers(pictures, BATCH)
    const scores = batch.map((_, i) => units.map((unit) => found[(i * found.length) / BATCH + unit]!))
    if (from === 0) plain = scores[0]!
    batch.forEach((place, i) => {
      const losses = scores[i]!.map((score, u) => plain[u]! - score)
      addTo(sums, covers, { place, losses, width })
    })
  }
  return sums.map((sum) => ({ rows: height, columns: width, values: Float32Array.from(sum, (s, i) => s / covers[i]!) }))
}

/** A seventh of the shorter side, as in the paper's figure, and steps of half of it. */
export function defaultPatch([height = 1, width = 1]: readonly number[]): number {
  return Math.max(1, Math.round(Math.min(height, width) / 7))
}

export function defaultStride(patch: number): number {
  return Math.max(1, Math.round(patch / 2))
}

export function patchCount([height = 1, width = 1]: readonly number[], patch: number, stride: number): number {
  return starts(height, patch, stride).length * starts(width, patch, stride).length
}

function starts(side: number, patch: number, stride: number): number[] {
  const count = Math.max(1, Math.ceil((side - patch) / stride) + 1)
  return Array.from({ length: count }, (_, i) => i * stride)
}

interface Place {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

function covered({ values, shape, fill }: OccludedPicture, { top, left, bottom, right }: Place): Float32Array {
  const [, width, channels] = shape as [number, number, number]
  const out = values.slice()
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) out.set(fill, (y * width + x) * channels)
  }
  return out
}

function addTo(
  sums: readonly Float64Array[],
  covers: Uint16Array,
  { place, losses, width }: { place: Place; losses: readonly number[]; width: number },
): void {
  for (let y = place.top; y < place.bottom; y++) {
    for (let x = place.left; x < place.right; x++) {
      const pixel = y * width + x
      covers[pixel]!++
      losses.forEach((loss, i) => (sums[i]![pixel]! += loss))
    }
  }
}
