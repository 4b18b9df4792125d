import type { Tf } from '../../../../runtime.ts'
import { DWA_TEMPERATURE, dynamicAverageWeights } from './dynamic-average.ts'
import { fixedWeights } from './fixed-weights.ts'
import { gradientSurgery } from './gradient-surgery.ts'
import type { TaskWeighting, WeightingOptions } from './task-weighting.ts'
import { uncertaintyWeights } from './uncertainty-weights.ts'

export const TASK_WEIGHTINGS = ['equal', 'fixed', 'uncertainty', 'dwa', 'pcgrad'] as const
export type TaskWeightingType = (typeof TASK_WEIGHTINGS)[number]

export interface CreateWeightingOptions extends WeightingOptions {
  /** Of the heads as the spec gives them; only `fixed` reads them. */
  readonly headWeights: readonly number[]
}

/** Makes the weighting of a run; its variables are the caller's to dispose of. */
export function createTaskWeighting(tf: Tf, type: TaskWeightingType, options: CreateWeightingOptions): TaskWeighting {
  const { importance, headWeights } = options
  switch (type) {
    case 'equal':
      return fixedWeights(options)
    case 'fixed':
      return fixedWeights({ importance: importance.map((value, t) => value * headWeights[t]!) })
    case 'uncertainty':
      return uncertaintyWeights(tf, options)
    case 'dwa':
      return dynamicAverageWeights(tf, { ...options, temperature: DWA_TEMPERATURE })
    case 'pcgrad':
      return gradientSurgery(options)
  }
}
