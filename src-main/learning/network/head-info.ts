import { moments } from '../../base/statistics/moments.ts'

/** One head as the engine trains it. */
export interface HeadInfo {
  readonly name: string
  readonly type: 'classification' | 'regression'
  readonly classes: readonly string[]
  /** Weight of its loss in the sum. */
  readonly weight: number
  /** Regression: mean and standard deviation of the train split's targets; the network learns (value - mean) / std.
   *  Classification: 0 and 1. */
  readonly mean: number
  readonly std: number
  /** Share of each label that is spread over all classes. */
  readonly labelSmoothing: number
  /** Per class, the weight of its samples in the loss; empty: all 1. */
  readonly classWeights: readonly number[]
}

export interface HeadOptions {
  readonly name: string
  readonly type: 'classification' | 'regression'
  readonly classes: readonly string[]
  readonly weight: number
  readonly labelSmoothing?: number
}

/** Facts of a head from the train split's targets; NaN is a missing label.
 *  Balanced class weights are n / (classes * n_c) over labelled samples, as in scikit-learn; a class without samples
 *  gets 0. A regression target that never varies is given a standard deviation of 1. */
export function describeHead(head: HeadOptions, trainTargets: readonly number[], isBalanced: boolean): HeadInfo {
  const labelled = trainTargets.filter((value) => !Number.isNaN(value))
  if (head.type === 'classification') {
    const classWeights = isBalanced ? balancedWeights(labelled, head.classes.length) : []
    return { labelSmoothing: 0, ...head, mean: 0, std: 1, classWeights }
  }
  const { mean, std } = moments(labelled)
  return { ...head, labelSmoothing: 0, mean, std: std > 0 ? std : 1, classWeights: [] }
}

function balancedWeights(targets: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const target of targets) counts[target]! += 1
  return counts.map((count) => (count > 0 ? targets.length / (classes * count) : 0))
}
