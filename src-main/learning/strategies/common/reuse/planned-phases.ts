import type { Objective } from '../../../engine/step/objective.ts'
import { layersIn, withoutBatchNorm } from './layer-sets.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import type { StrategyContext } from '../../../engine/run/strategy-context.ts'

/** Where a phase lies in the training that it is a part of, 0..1. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface PlannedTraining {
  /** Of the last phase; the first one's is followed by `head`. */
  readonly name: string
  readonly epochs: number
  readonly rows?: readonly number[]
  objective?(stretch: Stretch): Objective
}

/** Trains the planned network as a whole, for a stage of a longer script: in the first epoch fresh layers alone where reused ones learn too
 *  (a random head would damage what they know), then everything that is not frozen. Reused BatchNorm layers keep their averages. */
export function plannedPhases(context: StrategyContext, { name, epochs, rows, objective }: PlannedTraining): Phase[] {
  const fresh = layersIn(context, 'fresh')
  const reused = layersIn(context, 'trained')
  const headFirst = fresh.size > 0 && reused.size > 0 && epochs > 1 ? 1 : 0
  const shared = (stretch: Stretch) => ({
    learningRate: context.learningRate,
    rateFactor: new Map<string, number>(),
    ...(rows === undefined ? {} : { rows }),
    ...(objective === undefined ? {} : { objective: objective(stretch) }),
  })
  const all: Phase = {
    ...shared({ from: headFirst / epochs, to: 1 }),
    name,
    epochs: epochs - headFirst,
    trained: new Set([...fresh, ...reused]),
    trainingMode: new Set([...fresh, ...withoutBatchNorm(context, reused)]),
    cachedUpTo: context.cachedUpTo,
  }
  if (headFirst === 0) return [all]
  const head: Phase = {
    ...shared({ from: 0, to: headFirst / epochs }),
    name: `${name} head`,
    epochs: headFirst,
    trained: fresh,
    trainingMode: fresh,
    cachedUpTo: context.cutBefore(fresh),
  }
  return [head, all]
}
