import type { Objective } from '../../../engine/step/objective.ts'
import { layersIn, withoutBatchNorm } from './layer-sets.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import type { StrategyContext } from '../../../engine/run/strategy-context.ts'

export interface ReuseOptions {
  readonly headEpochs: number
  /** Null: the optimizer's. */
  readonly unfreezeLearningRate: number | null
  readonly trainBatchNorm: boolean
  /** By layer, once reused layers learn. */
  readonly rateFactor: ReadonlyMap<string, number>
  /** Reused layers in groups from input to output, and epochs until the next lower group joins; null: all at once. */
  readonly unfreezing?: { readonly groups: readonly (readonly string[])[]; readonly every: number } | null
  /** Of a phase in which these layers learn; absent: the heads' losses. */
  readonly objective?: (trained: ReadonlySet<string>) => Objective | undefined
}

/** First the fresh layers alone, on cached features; then reused ones with them, all at once or from the last group to the first. Every phase
 *  begins with fresh optimizer slots. Keras' guide: head first, then unfreeze at a lower rate with BatchNorm's averages still;
 *  fastai's fine_tune moves them: hence `trainBatchNorm`. */
export function reusePhases(context: StrategyContext, options: ReuseOptions): Phase[] {
  const fresh = layersIn(context, 'fresh')
  const reused = layersIn(context, 'trained')
  const { epochs } = context.spec
  const headFirst = reused.size > 0 && fresh.size > 0 ? Math.min(options.headEpochs, epochs) : 0
  const head: Phase = {
    name: 'head',
    epochs: headFirst,
    learningRate: context.learningRate,
    trained: fresh,
    trainingMode: fresh,
    rateFactor: new Map(),
    cachedUpTo: headFirst > 0 ? context.cutBefore(fresh) : null,
  }
  const phases = [head, ...unfrozenPhases(context, options, epochs - headFirst)].filter((phase) => phase.epochs > 0)
  return phases.map((phase) => withObjective(phase, options.objective?.(phase.trained)))
}

function withObjective(phase: Phase, objective: Objective | undefined): Phase {
  return objective === undefined ? phase : { ...phase, objective }
}

function unfrozenPhases(context: StrategyContext, options: ReuseOptions, epochs: number): Phase[] {
  const fresh = layersIn(context, 'fresh')
  const reused = layersIn(context, 'trained')
  const { groups, every } = options.unfreezing ?? { groups: [[...reused]], every: epochs }
  const rate = (reused.size > 0 ? options.unfreezeLearningRate : null) ?? context.learningRate
  const stages = Math.max(1, groups.length)
  return Array.from({ length: stages }, (_, i) => {
    const isLast = i === stages - 1
    const joined = new Set(groups.slice(stages - 1 - i).flat())
    const trained = new Set([...fresh, ...joined])
    const left = Math.max(0, epochs - i * every)
    return {
      name: isLast ? 'fine-tune' : `unfreeze ${i + 1} of ${stages}`,
      epochs: isLast ? left : Math.min(every, left),
      learningRate: rate,
      trained,
      trainingMode: new Set([...fresh, ...(options.trainBatchNorm ? joined : withoutBatchNorm(context, joined))]),
      rateFactor: options.rateFactor,
      cachedUpTo: isLast ? context.cachedUpTo : context.cutBefore(trained),
    }
  })
}
