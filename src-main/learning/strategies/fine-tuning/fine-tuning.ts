import type { PlanProblem } from '../../../contract/models.ts'
import { defineParams } from '../../../contract/params.ts'
import { startingPointObjective } from './starting-point.ts'
import { warn } from '../../plan-problem.ts'
import { decayingRates, geometricRates, rateGroups } from './rate-groups.ts'
import { headFirstProblems } from '../common/reuse/reuse-checks.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'
import { reusePhases } from '../common/reuse/reuse-phases.ts'
import type { StrategyContext } from '../../engine/run/strategy-context.ts'
import { ANY_HEADS, defineStrategy, type PreflightContext } from '../strategy.ts'

const params = defineParams({
  headEpochs: REUSE_FIELDS.headEpochs,
  unfreezeLearningRate: REUSE_FIELDS.unfreezeLearningRate,
  rateRule: {
    type: 'choice',
    label: 'Rates of reused blocks',
    default: 'decay',
    choices: [
      { value: 'decay', label: 'Fall block by block' },
      { value: 'geometric', label: 'Between two rates' },
    ],
    help: 'Early blocks know what all images have in common and should change least. Fall block by block: each learns at a fixed share of the rate of the block above it. Between two rates: geometric steps from the lowest share at the input to the full rate at the head, as fastai’s slice does.',
  },
  learningRateDecayPerBlock: {
    type: 'number',
    label: 'Rate per block',
    default: 1,
    help: 'For rates that fall block by block: each block further from the head learns at this share of the rate of the block above it; 1 is the same rate everywhere, 0.4 to 0.9 protects early layers.',
    min: 0.01,
    max: 1,
    step: 0.05,
  },
  lowestRateShare: {
    type: 'number',
    label: 'Lowest rate',
    default: 0.01,
    help: 'For rates between two rates: what share of the rate the blocks next to the input learn with; fastai’s fine_tune takes 0.01.',
    min: 1e-6,
    max: 1,
    log: true,
  },
  rateGroups: {
    type: 'integer',
    label: 'Groups',
    default: null as number | null,
    help: 'How many groups of neighbouring blocks share a rate and are unfrozen together; empty: each block for itself.',
    min: 1,
    max: 1000,
    optional: true,
    advanced: true,
  },
  unfreezeEvery: {
    type: 'integer',
    label: 'Gradual unfreezing',
    default: null as number | null,
    help: 'After so many epochs the next lower group of blocks joins in, from the head down, with a fresh optimizer memory; 1 is ULMFiT’s. Empty: all at once.',
    unit: 'epochs',
    min: 1,
    max: 1000,
    optional: true,
  },
  headLearningRateFactor: REUSE_FIELDS.headLearningRateFactor,
  startingPointPenalty: {
    type: 'number',
    label: 'Pull to the start (L2-SP)',
    default: null as number | null,
    help: 'Alpha of L2-SP: reused weights are drawn back to the base model’s values with alpha/2 times the squared distance, so that little data cannot pull them far; the paper finds 0.1 good. Empty: off.',
    min: 1e-6,
    max: 100,
    log: true,
    optional: true,
  },
  headPenalty: {
    type: 'number',
    label: 'Penalty on fresh weights',
    default: 0.01,
    help: 'Beta of L2-SP: fresh weights are drawn to zero with beta/2 times their squared size; it counts only where the pull to the start is on.',
    min: 0,
    max: 100,
    step: 0.01,
    advanced: true,
  },
  trainBatchNorm: REUSE_FIELDS.trainBatchNorm,
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})
type Values = ReturnType<typeof params.schema.parse>

function rateFactors(context: StrategyContext, values: Values): Map<string, number> {
  const headFactor = values.headLearningRateFactor
  const groups = rateGroups(context, values.rateGroups)
  if (values.rateRule === 'geometric') {
    return geometricRates(context, groups, { lowest: values.lowestRateShare, headFactor })
  }
  return decayingRates(context, groups, { decay: values.learningRateDecayPerBlock, headFactor })
}

function objectiveOf(context: StrategyContext, values: Values) {
  const alpha = values.startingPointPenalty
  if (alpha === null) return undefined
  const inState = (trained: ReadonlySet<string>, state: string) =>
    new Set([...trained].filter((name) => context.states[name] === state))
  return (trained: ReadonlySet<string>) =>
    startingPointObjective({
      reused: inState(trained, 'trained'),
      fresh: inState(trained, 'fresh'),
      alpha,
      beta: values.headPenalty,
    })
}

/** Fine-tuning with any freeze plan; rates, unfreezing and penalty as in reuse-phases.ts, rate-groups.ts and
 *  starting-point.ts, with their papers. */
export const fineTuning = defineStrategy({
  type: 'fine-tuning',
  label: 'Fine-tuning',
  help: 'Trains fresh layers and every reused layer that is not frozen; takes longer and usually wins when images differ from what the base model knows.',
  params,
  heads: ANY_HEADS,
  phases(context, values) {
    const objective = objectiveOf(context, values)
    const unfreezing =
      values.unfreezeEvery === null
        ? null
        : { groups: rateGroups(context, values.rateGroups), every: values.unfreezeEvery }
    return reusePhases(context, {
      headEpochs: values.headEpochs,
      unfreezeLearningRate: values.unfreezeLearningRate,
      trainBatchNorm: values.trainBatchNorm,
      rateFactor: rateFactors(context, values),
      unfreezing,
      ...(objective === undefined ? {} : { objective }),
    })
  },
  check: (context, values) => [
    ...(values.unfreezeEvery === null ? headFirstProblems(context, values.headEpochs) : []),
    ...checkUnfreezing(context, values),
    ...checkPenalty(context, values),
    ...checkBatchNorm(context, values),
  ],
})

function trainedBlocks({ network, states }: PreflightContext): number {
  return new Set(network.layers.filter(({ name }) => states[name] === 'trained').map(({ block }) => block)).size
}

function checkUnfreezing(context: PreflightContext, values: Values): PlanProblem[] {
  if (values.unfreezeEvery === null) return []
  const blocks = trainedBlocks(context)
  const groups = Math.min(values.rateGroups ?? blocks, blocks)
  const needed = values.headEpochs + (groups - 1) * values.unfreezeEvery + 1
  if (groups === 0 || context.spec.epochs >= needed) return []
  const message = `Gradual unfreezing of ${groups} groups needs ${needed} epochs until the first block learns; the run has ${context.spec.epochs}.`
  return [warn('unfreezing-epochs', message, { title: `Train ${needed} epochs`, patch: { epochs: needed } })]
}

function checkPenalty(context: PreflightContext, values: Values): PlanProblem[] {
  if (values.startingPointPenalty === null || trainedBlocks(context) > 0) return []
  const fix = { title: 'Switch it off', patch: { 'strategy.startingPointPenalty': null } }
  return [
    warn('penalty-unused', 'The pull to the start (L2-SP) acts on reused layers that learn; this plan has none.', fix),
  ]
}

/** Statistics of few samples are noise: BatchNorm over tiny batches ruins what reused layers know. */
const SMALL_BATCH = 16

function checkBatchNorm({ spec, network, states }: PreflightContext, values: Values): PlanProblem[] {
  const moves = network.layers.some(({ name, type }) => type === 'BatchNormalization' && states[name] === 'trained')
  if (!values.trainBatchNorm || !moves || spec.batchSize >= SMALL_BATCH) return []
  const fix = { title: 'Keep the averages', patch: { 'strategy.trainBatchNorm': false } }
  const message = `BatchNorm averages would move with batches of ${spec.batchSize}, which are too few samples for a good mean and variance.`
  return [warn('batch-norm-small', message, fix)]
}
