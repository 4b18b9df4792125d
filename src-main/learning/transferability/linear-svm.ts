import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import { countOf, type Features, featuresOf } from './features.ts'

export interface LinearSvm {
  /** One weight per feature, then the offset. */
  readonly weights: Float64Array
  /** One dual variable per sample, 0..cost; starts the next fit. */
  readonly duals: Float64Array
}

export interface SvmOptions {
  /** C: what a sample on the wrong side costs. */
  readonly cost: number
  readonly seed: number
  /** Passes over the samples at most. */
  readonly passes?: number
  /** Largest violation of the optimality conditions that is accepted; liblinear's is 0.1. */
  readonly tolerance?: number
  /** Duals of a fit with a smaller cost. */
  readonly start?: Float64Array
}

/** Linear support vector machine: min over w of ||w||^2 / 2 + C * sum_i max(0, 1 - y_i w.(x_i, 1)), the offset being the weight of a
 *  further feature 1. Solved in the dual, one sample at a time: Hsieh et al., "A dual coordinate descent method for large-scale linear
 *  SVM", ICML 2008, algorithm 1 (liblinear's solver 3). `sides`: +1 or -1 per sample. */
export function trainLinearSvm(features: Features, sides: Int8Array, options: SvmOptions): LinearSvm {
  const { cost, seed, passes = 200, tolerance = 0.01, start } = options
  const count = countOf(features)
  const weights = new Float64Array(features.length + 1)
  const duals = start?.slice() ?? new Float64Array(count)
  for (let i = 0; i < count; i++) if (duals[i]! > 0) move(weights, featuresOf(features, i), duals[i]! * sides[i]!)
  const norms = Float64Array.from({ length: count }, (_, i) => squaredNorm(featuresOf(features, i)) + 1)
  const random = seededRandom(seed, 'order of svm')
  const order = Array.from({ length: count }, (_, i) => i)
  for (let pass = 0; pass < passes; pass++) {
    let violation = 0
    for (const i of shuffle(order, random)) {
      const x = featuresOf(features, i)
      const dual = duals[i]!
      const gradient = sides[i]! * decision(weights, x) - 1
      const projected = dual === 0 ? Math.min(gradient, 0) : dual === cost ? Math.max(gradient, 0) : gradient
      violation = Math.max(violation, Math.abs(projected))
      if (projected === 0) continue
      duals[i] = Math.min(Math.max(dual - gradient / norms[i]!, 0), cost)
      move(weights, x, (duals[i] - dual) * sides[i]!)
    }
    if (violation < tolerance) break
  }
  return { weights, duals }
}

/** Positive: on the side +1. */
export function decision(weights: Float64Array, x: Float32Array): number {
  let sum = weights[x.length]!
  for (let k = 0; k < x.length; k++) sum += weights[k]! * x[k]!
  return sum
}

/** Share of samples on the wrong side; 0 counts as the side -1. */
export function svmError({ weights }: LinearSvm, features: Features, sides: Int8Array): number {
  let wrong = 0
  for (let i = 0; i < sides.length; i++) {
    if (decision(weights, featuresOf(features, i)) > 0 !== sides[i]! > 0) wrong += 1
  }
  return wrong / sides.length
}

function move(weights: Float64Array, x: Float32Array, by: number): void {
  for (let k = 0; k < x.length; k++) weights[k]! += by * x[k]!
  weights[x.length]! += by
}

function squaredNorm(x: Float32Array): number {
  let sum = 0
  for (const value of x) sum += value * value
  return sum
}
