import type { PlanProblem } from '../../../contract/models.ts'
import { linearHeads, type NotLinear } from '../../network/linear-heads.ts'
import { block, warn } from '../../plan-problem.ts'
import type { PreflightContext } from '../strategy.ts'

const GRADUAL = { title: 'Train it gradually', patch: { 'strategy.head': 'gradual' } }

const FAULTS: Readonly<Record<NotLinear['fault'], (layer: string) => string>> = {
  trained: (layer) => `The reused layer ${layer} is trained, too`,
  between: (layer) => `The layer ${layer} learns between the features and the head`,
  random: (layer) => `The layer ${layer} drops features at random`,
  shape: (layer) => `What the head reads of ${layer} is no frozen vector`,
  activation: (layer) => `The head ${layer} is not a plain dense layer`,
}

/** Why there is no optimum to converge to. */
export function notLinearWords({ fault, layer }: NotLinear): string {
  return `${FAULTS[fault](layer)}: a head is fitted to convergence only right behind frozen features. The gradual form takes it.`
}

/** A head that has no optimum is refused; what the spec asks for and has no part in the fit is named. */
export function convergedProblems({
  network,
  states,
  spec,
}: Pick<PreflightContext, 'network' | 'states' | 'spec'>): PlanProblem[] {
  const linear = linearHeads(network, states)
  if ('fault' in linear) return [block('head-not-linear', notLinearWords(linear), GRADUAL)]
  const unused = [
    ...(spec.earlyStopping === null ? [] : ['early stopping']),
    ...(spec.gradientClip === null ? [] : ['gradient clipping']),
    ...(spec.accumulate === 1 ? [] : ['accumulated gradients']),
    ...(spec.weightAverage === null ? [] : ['averaged weights']),
  ]
  if (unused.length === 0) return []
  const patch = { earlyStopping: null, gradientClip: null, accumulate: 1, weightAverage: null }
  const message = `A head that is fitted to convergence has no use for ${unused.join(', ')}.`
  return [warn('converged-unused', message, { title: 'Leave it out', patch })]
}
