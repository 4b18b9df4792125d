import { seededRandom } from '../../base/seeded-random.ts'
import { countOf, type Features, featuresOf } from '../transferability/features.ts'

export interface PrincipalPlane {
  /** (count, 2), row by row. */
  readonly places: Float64Array
  /** Share of all variance along either axis. */
  readonly shares: readonly [number, number]
}

const ROUNDS = 60

/** Projection of features on the two directions of their largest variance (Pearson 1901), by power iteration with deflation. The sign
 *  of a direction is that of its largest weight, so that the same features give the same picture. */
export function principalPlane(features: Features, seed = 0): PrincipalPlane {
  const count = countOf(features)
  const { length } = features
  const mean = new Float64Array(length)
  for (let i = 0; i < count; i++) featuresOf(features, i).forEach((value, k) => (mean[k]! += value / count))
  const centred = Float64Array.from(features.values, (value, i) => value - mean[i % length]!)
  const total = centred.reduce((sum, value) => sum + value * value, 0)
  const places = new Float64Array(2 * count)
  const shares: [number, number] = [0, 0]
  for (const axis of [0, 1] as const) {
    const direction = strongest(centred, length, seededRandom(seed, `axis ${axis}`))
    for (let i = 0; i < count; i++) {
      const row = centred.subarray(i * length, (i + 1) * length)
      const place = dot(row, direction)
      places[2 * i + axis] = place
      shares[axis] += total > 0 ? (place * place) / total : 0
      for (let k = 0; k < length; k++) row[k]! -= place * direction[k]!
    }
  }
  return { places, shares }
}

/** First eigenvector of the scatter matrix X'X, of length 1. */
function strongest(centred: Float64Array, length: number, random: () => number): Float64Array {
  let direction = normalised(Float64Array.from({ length }, () => random() - 0.5))
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(length)
    for (let at = 0; at < centred.length; at += length) {
      const row = centred.subarray(at, at + length)
      const place = dot(row, direction)
      for (let k = 0; k < length; k++) next[k]! += place * row[k]!
    }
    if (next.every((value) => value === 0)) break
    direction = normalised(next)
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
  return largest < 0 ? direction.map((value) => -value) : direction
}

function normalised(vector: Float64Array): Float64Array {
  const norm = Math.sqrt(dot(vector, vector))
  return vector.map((value) => value / norm)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}
