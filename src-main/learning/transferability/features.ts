import { seededRandom, shuffle } from '../../base/seeded-random.ts'

/** Features of some samples, (count, length), row by row. */
export interface Features {
  readonly values: Float32Array
  /** Numbers of one sample. */
  readonly length: number
}

export function countOf({ values, length }: Features): number {
  return values.length / length
}

/** A sample's features, without a copy. */
export function featuresOf({ values, length }: Features, row: number): Float32Array {
  return values.subarray(row * length, (row + 1) * length)
}

/** Some rows, in that order. */
export function pickFeatures(features: Features, rows: readonly number[]): Features {
  const values = new Float32Array(rows.length * features.length)
  for (const [i, row] of rows.entries()) values.set(featuresOf(features, row), i * features.length)
  return { values, length: features.length }
}

/** At most `most` of `count` rows, drawn without repetition, in a drawn order. */
export function drawRows(count: number, most: number, seed: number, stream: string): number[] {
  return shuffle(Array.from({ length: count }, (_, i) => i), seededRandom(seed, stream)).slice(0, most) // prettier-ignore
}

/** Mean and standard deviation (of the population) per number over some rows; a number that never varies gets 1. */
export function momentsOf(features: Features, rows: readonly number[]): { mean: Float64Array; std: Float64Array } {
  const { length } = features
  const mean = new Float64Array(length)
  const squares = new Float64Array(length)
  for (const [i, row] of rows.entries()) {
    const x = featuresOf(features, row)
    for (let k = 0; k < length; k++) {
      // Welford's update: no cancellation for numbers far from 0.
      const distance = x[k]! - mean[k]!
      mean[k]! += distance / (i + 1)
      squares[k]! += distance * (x[k]! - mean[k]!)
    }
  }
  const std = squares.map((sum) => (sum > 0 ? Math.sqrt(sum / rows.length) : 1))
  return { mean, std }
}

/** (x - mean) / std. */
export function standardise(features: Features, moments: { mean: Float64Array; std: Float64Array }): Features {
  const values = new Float32Array(features.values.length)
  for (let i = 0; i < values.length; i++) {
    const k = i % features.length
    values[i] = (features.values[i]! - moments.mean[k]!) / moments.std[k]!
  }
  return { values, length: features.length }
}
