import type { LabelType } from '../../contract/datasets.ts'
import { moments } from '../../base/statistics/moments.ts'

/** One head as the engine trains it. */
export interface HeadInfo {
  readonly name: string
  readonly type: LabelType
  readonly classes: readonly string[]
  /** Weight of its loss in the sum. */
  readonly weight: number
  /** Regression: mean and standard deviation of the train split's targets; the network learns (value - mean) / std.
   *  Classification and tags: 0 and 1. */
  readonly mean: number
  readonly std: number
  /** Share of each label that is spread over all classes; of a tag, over yes and no. */
  readonly labelSmoothing: number
  /** Per class, the weight of its samples in the loss; per tag, the weight of having it. Empty: all 1. */
  readonly classWeights: readonly number[]
  /** Of tags. */
  readonly tags?: TagFacts
}

export interface TagFacts {
  /** The sets of tags that samples have, as indices of classes; a target is the place of one. */
  readonly sets: readonly (readonly number[])[]
  /** From which probability on a tag is said to be there. */
  readonly thresholds: readonly number[]
}

/** The threshold of a tag until one is chosen. */
export const DEFAULT_THRESHOLD = 0.5

export interface HeadOptions {
  readonly name: string
  readonly type: LabelType
  readonly classes: readonly string[]
  readonly weight: number
  readonly labelSmoothing?: number
  /** Of tags: their sets, and the thresholds of a trained head. */
  readonly tagSets?: readonly (readonly number[])[] | undefined
  readonly thresholds?: readonly number[] | undefined
}

/** Facts of a head from the train split's targets; NaN is a missing label.
 *  Balanced class weights are n / (classes * n_c) over labelled samples, as in scikit-learn; a class without samples
 *  gets 0. Those of a tag are n_without / n_with, as PyTorch's pos_weight is meant; a tag that all or none have gets 1. A regression target that never varies is given a standard deviation of 1. */
export function describeHead(
  { tagSets = [], thresholds, ...head }: HeadOptions,
  trainTargets: readonly number[],
  isBalanced: boolean,
): HeadInfo {
  const labelled = trainTargets.filter((value) => !Number.isNaN(value))
  if (head.type === 'classification') {
    const classWeights = isBalanced ? balancedWeights(labelled, head.classes.length) : []
    return { labelSmoothing: 0, ...head, mean: 0, std: 1, classWeights }
  }
  if (head.type === 'tags') {
    const tags = { sets: tagSets, thresholds: thresholds ?? head.classes.map(() => DEFAULT_THRESHOLD) }
    const classWeights = isBalanced ? tagWeights(labelled, tags, head.classes.length) : []
    return { labelSmoothing: 0, ...head, mean: 0, std: 1, classWeights, tags }
  }
  const { mean, std } = moments(labelled)
  return { ...head, labelSmoothing: 0, mean, std: std > 0 ? std : 1, classWeights: [] }
}

function balancedWeights(targets: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const target of targets) counts[target]! += 1
  return counts.map((count) => (count > 0 ? targets.length / (classes * count) : 0))
}

function tagWeights(targets: readonly number[], { sets }: TagFacts, tags: number): number[] {
  const counts = new Array<number>(tags).fill(0)
  for (const target of targets) for (const tag of sets[target]!) counts[tag]! += 1
  return counts.map((count) => (count > 0 && count < targets.length ? (targets.length - count) / count : 1))
}
