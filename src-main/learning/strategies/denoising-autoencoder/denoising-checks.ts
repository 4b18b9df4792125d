import type { PlanProblem } from '../../../contract/models.ts'
import { autoencoder } from './decoder.ts'
import { encoderEnd } from '../common/pre-training/rbm-chain.ts'
import { inferNetwork } from '../../network/infer.ts'
import { block, warn } from '../../plan-problem.ts'
import { pretrainingProblems } from '../common/pre-training/pretraining-checks.ts'
import type { PreflightContext } from '../strategy.ts'

interface Settings {
  readonly noise: string
  readonly amount: number
  readonly loss: string
  readonly decoderUnits: number
  readonly compareScratch: boolean
}

/** What docs/strategies.md lists as traps of denoising autoencoders and what can be known before anything runs. */
export function denoisingProblems(context: PreflightContext, values: Settings): PlanProblem[] {
  // Without a head nothing says where the encoder ends.
  if (context.heads.length === 0) return []
  return [
    ...amountProblems(values),
    ...lossProblems(context, values),
    ...sizeProblems(context, values),
    ...pretrainingProblems(context, values),
  ]
}

/** Vincent et al., JMLR 2010, section 5: 10 to 55 % for masking. */
const MOST_MASKED = 0.6

function amountProblems({ noise, amount }: Settings): PlanProblem[] {
  const fix = { title: 'Use 0.3', patch: { 'strategy.amount': 0.3 } }
  if (amount === 0) {
    const message = 'Nothing is damaged: a network that is wide enough learns to copy its input, and nothing about it.'
    return [warn('denoising-amount', message, fix)]
  }
  if (noise !== 'masking' || amount <= MOST_MASKED) return []
  const message = `With ${Math.round(100 * amount)} % of the numbers set to zero there is little left to guess from.`
  return [warn('denoising-amount', message, fix)]
}

function lossProblems({ dataset }: PreflightContext, { loss }: Settings): PlanProblem[] {
  if (dataset?.kind !== 'table' || loss !== 'cross-entropy') return []
  const fix = { title: 'Use squared error', patch: { 'strategy.loss': 'squared-error' } }
  const message = 'Cross entropy expects numbers from 0 to 1. The columns of a table are standardised: they are not.'
  return [block('denoising-range', message, fix)]
}

/** A Dense decoder has weights for every pixel; beyond this it is larger than most encoders and slow on two cores. */
const LARGE_DECODER = 10_000_000

function sizeProblems({ network }: PreflightContext, { decoderUnits }: Settings): PlanProblem[] {
  const whole = autoencoder(network, encoderEnd(network), decoderUnits)
  const parameters = inferNetwork(whole)
    .facts.filter(({ name }) => name.startsWith('decoder_'))
    .reduce((sum, facts) => sum + facts.parameters, 0)
  if (parameters <= LARGE_DECODER) return []
  const fix = { title: 'Take rotation prediction', patch: { strategy: { type: 'rotation-prediction' } } }
  const millions = Math.round(parameters / 1e6)
  const message = `Images of this size need a decoder of ${millions} million parameters, which is slow. Rotation prediction has none.`
  return [warn('denoising-size', message, fix)]
}
