import type { PlanProblem } from '../../../contract/models.ts'
import type { BaseRef } from '../../../contract/spec.ts'
import { rbmChain } from '../common/pre-training/rbm-chain.ts'
import { block, warn } from '../../plan-problem.ts'
import { pretrainingProblems } from '../common/pre-training/pretraining-checks.ts'
import type { PreflightContext } from '../strategy.ts'

interface Settings {
  readonly visible: string
  readonly rbmLearningRate: number
  readonly compareScratch: boolean
}

/** What docs/strategies.md lists as traps of deep belief networks and what can be known before anything runs. */
export function deepBeliefProblems(context: PreflightContext, values: Settings): PlanProblem[] {
  // Without a head there is nothing that the layers lie below.
  if (context.heads.length === 0) return []
  const chain = chainProblems(context)
  if (chain.length > 0) return chain
  return [...rangeProblems(context, values), ...rateProblems(values), ...pretrainingProblems(context, values)]
}

const REASONS = {
  activation: 'its activation is not sigmoid',
  'batch-norm': 'BatchNorm stands between it and its activation',
  bias: 'it has no bias',
} as const

/** An RBM's hidden units are sigmoid(v W + c): other layers would compute something else from its weights. */
function chainProblems({ network, states, spec }: PreflightContext): PlanProblem[] {
  const { layers, obstacle } = rbmChain(network, states)
  const fix = { title: 'Use sigmoid units', patch: { base: sigmoidMlp(spec.base) } }
  if (obstacle === null && layers.length > 0) return []
  if (obstacle === null) {
    const message =
      'Expected fresh Dense layers with sigmoid units directly below the heads: RBMs start those. There are none.'
    return [block('rbm-layers', message, fix)]
  }
  const message = `An RBM cannot start "${obstacle.layer}": ${REASONS[obstacle.reason]}.`
  if (layers.length === 0) return [block('rbm-layers', message, fix)]
  const rest = `Only ${layers.map(({ dense }) => dense).join(', ')} above it will be pre-trained, on its untrained outputs.`
  return [warn('rbm-layers', `${message} ${rest}`, fix)]
}

/** The spec's MLP with sigmoid units and without BatchNorm; two layers of 500 where it is another base. */
function sigmoidMlp(base: BaseRef): BaseRef {
  const plain = { activation: 'sigmoid', batchNorm: false }
  const isMlp = typeof base !== 'string' && base.architecture === 'mlp'
  if (isMlp) return { ...base, options: { ...base.options, ...plain } }
  return { architecture: 'mlp', options: { hidden: '500,500', ...plain } }
}

/** Bernoulli units read numbers as probabilities. */
function rangeProblems({ dataset }: PreflightContext, { visible }: Settings): PlanProblem[] {
  if (dataset?.kind !== 'table' || visible !== 'bernoulli') return []
  const isOutside = ({ mean, std }: { mean: number; std: number }) => mean - 2 * std < 0 || mean + 2 * std > 1
  const outside = Object.entries(dataset.columnStatistics).filter(([, statistics]) => isOutside(statistics))
  if (outside.length === 0) return []
  const names = outside.slice(0, 3).map(([name]) => name).join(', ') // prettier-ignore
  const more = outside.length > 3 ? ` and ${outside.length - 3} more` : ''
  const message = `${names}${more} are not in 0..1, as Bernoulli units want it: each column is mapped from its range in the training rows, where one extreme value leaves little room for the others. Gaussian units take standardised numbers.`
  return [warn('rbm-range', message, { title: 'Use Gaussian units', patch: { 'strategy.visible': 'gaussian' } })]
}

/** rbm.m's rate; with momentum .9 each update counts ten times. */
const USUAL_RATE = 0.1

function rateProblems({ rbmLearningRate }: Settings): PlanProblem[] {
  if (rbmLearningRate <= USUAL_RATE) return []
  const fix = { title: 'Use 0.1', patch: { 'strategy.rbmLearningRate': USUAL_RATE } }
  const message = `A learning rate of ${rbmLearningRate} mostly leaves the hidden units of an RBM always on or always off.`
  return [warn('rbm-rate', message, fix)]
}
