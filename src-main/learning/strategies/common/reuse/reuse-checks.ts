import type { PlanProblem } from '../../../../contract/models.ts'
import { inferNetwork } from '../../../network/infer.ts'
import { warn } from '../../../plan-problem.ts'
import type { PreflightContext } from '../../strategy.ts'

/** Reused layers that are to learn never would where the run ends with the epochs of its fresh layers. */
export function headFirstProblems(
  { network, states, spec }: Pick<PreflightContext, 'network' | 'states' | 'spec'>,
  headEpochs: number,
): PlanProblem[] {
  const learning = new Set(inferNetwork(network).weights.map(({ layer }) => states[layer]))
  if (headEpochs === 0 || spec.epochs > headEpochs || !learning.has('fresh') || !learning.has('trained')) return []
  const message = `All ${spec.epochs} epochs go to fresh layers ("Head first": ${headEpochs}): the reused layers that are to learn stay as they are.`
  const needed = headEpochs + 1
  return [warn('head-first-epochs', message, { title: `Train ${needed} epochs`, patch: { epochs: needed } })]
}
