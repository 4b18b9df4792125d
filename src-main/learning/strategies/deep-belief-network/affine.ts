/** Per visible unit, from the network's input (or features) to what an RBM sees: v = x * scale + shift. */
export interface Affine {
  readonly scale: readonly number[]
  readonly shift: readonly number[]
}

/** Normalised pixels back to value / 255 in [0, 1]: x = (p - mean[c]) / std[c]. Units are pixels row by row, channels last. */
export function pixelAffine({ mean, std }: { mean: readonly number[]; std: readonly number[] }, units: number): Affine {
  const channel = (i: number) => i % mean.length
  return {
    scale: Array.from({ length: units }, (_, i) => std[channel(i)]! || 1),
    shift: Array.from({ length: units }, (_, i) => mean[channel(i)]!),
  }
}

/** What some values are like, per unit. */
export interface UnitStatistics {
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Of rows of equal width, part by part. Welford's method: sums of squares of large values would cancel. */
export function statisticsCollector(width: number) {
  let count = 0
  const min = new Array<number>(width).fill(Infinity)
  const max = new Array<number>(width).fill(-Infinity)
  const mean = new Array<number>(width).fill(0)
  const squares = new Array<number>(width).fill(0)
  return {
    add(values: ArrayLike<number>): void {
      for (let at = 0; at < values.length; at += width) {
        count += 1
        for (let i = 0; i < width; i++) {
          const value = values[at + i]!
          if (value < min[i]!) min[i] = value
          if (value > max[i]!) max[i] = value
          const distance = value - mean[i]!
          mean[i]! += distance / count
          squares[i]! += distance * (value - mean[i]!)
        }
      }
    },
    statistics: (): UnitStatistics => ({
      min,
      max,
      mean,
      std: squares.map((sum) => Math.sqrt(sum / Math.max(count, 1))),
    }),
  }
}

/** Each unit's range to [0, 1]; one that never varies becomes 0. */
export function rangeAffine({ min, max }: UnitStatistics): Affine {
  const scale = max.map((high, i) => (high > min[i]! ? 1 / (high - min[i]!) : 0))
  return { scale, shift: scale.map((factor, i) => -min[i]! * factor) }
}

/** Units that vary less than this share of the mean deviation are not blown up to unit variance: they would be noise. */
const SMALLEST_DEVIATION = 0.1

/** Each unit to mean 0 and unit variance, as Gaussian visible units want it (Hinton, UTML TR 2010-003, section 13.2). */
export function standardAffine({ mean, std }: UnitStatistics): Affine {
  const usual = std.reduce((sum, value) => sum + value, 0) / std.length
  const scale = std.map((value) => (usual > 0 ? 1 / Math.max(value, usual * SMALLEST_DEVIATION) : 1))
  return { scale, shift: scale.map((factor, i) => -mean[i]! * factor) }
}

/** Weights of a Dense layer that computes from x what (W, c) compute from v: kernel = scale_i W_ij, bias = c_j + sum_i shift_i W_ij.
 *  W (V, H) row by row. */
export function foldAffine(
  W: Float32Array,
  c: Float32Array,
  { scale, shift }: Affine,
): { kernel: Float32Array; bias: Float32Array } {
  const hidden = c.length
  const kernel = W.map((value, at) => value * scale[Math.floor(at / hidden)]!)
  const bias = Float64Array.from(c)
  W.forEach((value, at) => {
    bias[at % hidden]! += shift[Math.floor(at / hidden)]! * value
  })
  return { kernel, bias: Float32Array.from(bias) }
}
