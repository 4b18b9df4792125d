import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { createLabeller } from '../../src-main/learning/labelling/create-labeller.ts'
import type { Labeller, LabellerParts } from '../../src-main/learning/labelling/labeller.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'

export type Features = LabellerParts['features']

/** A labeller of features alone: pictures, from inside or outside, are what `more` gives. */
export function labellerFor(tf: Tf, features: Features, more: Partial<LabellerParts> = {}): Labeller {
  const none = () => Promise.reject(new Error('there are no pictures'))
  const { signal } = new AbortController()
  return createLabeller(tf, { features, featuresOf: none, pixels: none, onProgress: () => undefined, signal, ...more })
}

export interface ClusterOptions {
  readonly rows: number
  readonly columns: number
  readonly classes: number
  /** Standard deviation around the centres, which are about sqrt(2 * columns) apart. */
  readonly spread: number
  readonly seed: number
}

/** Rows around a centre for each class, class after class in turn. */
export function clustersOf({ rows, columns, classes, spread, seed }: ClusterOptions): {
  readonly features: Features
  readonly truth: Int32Array
} {
  const random = seededRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Float64Array.from({ length: classes * columns }, normal)
  const truth = Int32Array.from({ length: rows }, (_, row) => row % classes)
  const values = Float32Array.from({ length: rows * columns }, (_, at) => {
    const label = truth[Math.floor(at / columns)]!
    return centres[label * columns + (at % columns)]! + spread * normal()
  })
  return { features: { rows, columns, values }, truth }
}
