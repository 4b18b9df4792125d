import type { GreyPicture } from './grey-picture.ts'

const SIDE = 32
const LOW = 8

/** cos(pi u (2 x + 1) / (2 SIDE)): DCT-II, (LOW, SIDE). */
const COSINES = Float64Array.from({ length: LOW * SIDE }, (_, at) =>
  Math.cos((Math.PI * Math.floor(at / SIDE) * (2 * (at % SIDE) + 1)) / (2 * SIDE)),
)

/** What rounding leaves of a frequency that is not there, in sums of 1024 greys. */
const NOTHING = 0.01

/** 64 bits in which pictures that look the same differ little: the picture at 32x32, its 8x8 lowest frequencies (DCT-II), 1 where one is above
 *  their median. Survives scaling, re-encoding and small changes of brightness; not turning, mirroring or cropping. Zauner 2010,
 *  "Implementation and Benchmarking of Perceptual Image Hash Functions", section 3.2.1, as the Python package imagehash computes it. A picture
 *  of one grey has no frequencies but its mean: all such hash alike, black to 0.
 *  @returns two words; bit i of them together, from the first word's highest, is frequency i row by row */
export function perceptualHash(picture: GreyPicture): [number, number] {
  const frequencies = lowFrequencies(shrink(picture))
  const sorted = frequencies.slice().sort()
  const median = (sorted[31]! + sorted[32]!) / 2
  const words: [number, number] = [0, 0]
  frequencies.forEach((value, i) => {
    if (value > median) words[i >> 5] = (words[i >> 5]! | (1 << (31 - (i & 31)))) >>> 0
  })
  return words
}

function lowFrequencies(pixels: Float64Array): Float64Array {
  // Rows first: (SIDE, LOW).
  const rows = new Float64Array(SIDE * LOW)
  for (let y = 0; y < SIDE; y++)
    for (let u = 0; u < LOW; u++)
      for (let x = 0; x < SIDE; x++) rows[y * LOW + u]! += pixels[y * SIDE + x]! * COSINES[u * SIDE + x]!
  const result = new Float64Array(LOW * LOW)
  for (let v = 0; v < LOW; v++)
    for (let u = 0; u < LOW; u++) {
      let sum = 0
      for (let y = 0; y < SIDE; y++) sum += rows[y * LOW + u]! * COSINES[v * SIDE + y]!
      result[v * LOW + u] = Math.abs(sum) < NOTHING ? 0 : sum
    }
  return result
}

/** Mean grey of each of SIDE x SIDE equal areas. */
function shrink({ values, width, height }: GreyPicture): Float64Array {
  const across = areas(width)
  const wide = new Float64Array(height * SIDE)
  for (let y = 0; y < height; y++)
    across.forEach(({ from, weights }, x) => {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += values[y * width + from + i]! * weights[i]!
      wide[y * SIDE + x] = sum
    })
  const result = new Float64Array(SIDE * SIDE)
  areas(height).forEach(({ from, weights }, y) => {
    weights.forEach((weight, i) => {
      for (let x = 0; x < SIDE; x++) result[y * SIDE + x]! += wide[(from + i) * SIDE + x]! * weight
    })
  })
  return result
}

interface Area {
  readonly from: number
  /** Sum 1. */
  readonly weights: Float64Array
}

/** How much each pixel of a line takes part in each of SIDE equal stretches. */
function areas(length: number): Area[] {
  const step = length / SIDE
  return Array.from({ length: SIDE }, (_, place) => {
    const [start, end] = [place * step, (place + 1) * step]
    const from = Math.min(length - 1, Math.floor(start))
    const to = Math.min(length, Math.max(from + 1, Math.ceil(end - 1e-9)))
    const shares = Float64Array.from({ length: to - from }, (_unused, i) =>
      Math.max(0, Math.min(end, from + i + 1) - Math.max(start, from + i)),
    )
    const total = shares.reduce((a, b) => a + b, 0)
    return { from, weights: shares.map((share) => share / total) }
  })
}
