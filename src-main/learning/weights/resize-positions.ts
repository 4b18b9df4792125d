/** Where positions lie: rows and columns of patches. */
type Grid = readonly [number, number]

export interface PositionGrids {
  /** Tokens in front of the grid (class, distillation), whose positions are kept. */
  readonly prefix: number
  readonly from: Grid
  readonly to: Grid
}

/** Positional embeddings of another input size: (prefix + rows * columns, width), row by row, to as many as the new grid has. Bicubic with
 *  antialiasing, as timm's `resample_abs_pos_embed` has it by PyTorch's `interpolate`; the same grid gives the same numbers. */
export function resizePositions(embedding: Float32Array, grids: PositionGrids): Float32Array {
  const { prefix, from, to } = grids
  if (from.join() === to.join()) return embedding.slice()
  const width = embedding.length / (prefix + from[0] * from[1])
  const columns = weightsAlong(from[1], to[1])
  const rows = weightsAlong(from[0], to[0])
  const grid = embedding.subarray(prefix * width)
  const wide = combine(grid, { lines: from[0], from: from[1], step: width }, columns)
  const resized = combine(wide, { lines: 1, from: from[0], step: to[1] * width }, rows)
  const result = new Float32Array(prefix * width + resized.length)
  result.set(embedding.subarray(0, prefix * width))
  result.set(resized, prefix * width)
  return result
}

/** The places that one new place is made from, and their shares, which add up to 1. */
interface Mixture {
  readonly first: number
  readonly shares: readonly number[]
}

/** Keys' cubic with a = -0.5 over four places, stretched where the grid shrinks. Keys 1981, IEEE TASSP 29(6), eq. (15). */
function weightsAlong(from: number, to: number): Mixture[] {
  const scale = from / to
  const stretch = Math.max(1, scale)
  return Array.from({ length: to }, (_, place) => {
    const centre = scale * (place + 0.5)
    const first = Math.max(0, Math.trunc(centre - 2 * stretch + 0.5))
    const end = Math.min(from, Math.trunc(centre + 2 * stretch + 0.5))
    const raw = Array.from({ length: end - first }, (_, i) => cubic((first + i + 0.5 - centre) / stretch))
    const total = raw.reduce((sum, value) => sum + value, 0)
    return { first, shares: raw.map((value) => value / total) }
  })
}

function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

/** (lines, from, step) -> (lines, mixtures, step). */
function combine(
  values: Float32Array,
  { lines, from, step }: { lines: number; from: number; step: number },
  mixtures: readonly Mixture[],
): Float32Array {
  const result = new Float32Array(lines * mixtures.length * step)
  for (let line = 0; line < lines; line++) {
    for (const [place, { first, shares }] of mixtures.entries()) {
      const target = (line * mixtures.length + place) * step
      for (let k = 0; k < step; k++) {
        const source = (line * from + first) * step + k
        result[target + k] = shares.reduce((sum, share, i) => sum + share * values[source + i * step]!, 0)
      }
    }
  }
  return result
}
