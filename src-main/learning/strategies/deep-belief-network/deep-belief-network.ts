import { GraftError } from '../../../contract/errors.ts'
import { defineParams } from '../../../contract/params.ts'
import { pretrainingRows } from '../common/pre-training/pretraining-rows.ts'
import { rbmChain } from '../common/pre-training/rbm-chain.ts'
import { showRbms } from './rbm-exhibits.ts'
import { type TrainedRbm, trainStack, unrolled } from './rbm-stack.ts'
import { compareWithScratch } from '../common/pre-training/scratch-comparison.ts'
import { visibleSource } from './visible-source.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { deepBeliefProblems } from './deep-belief-checks.ts'
import { PRETRAINING_FIELDS, pretrainingEpochsField } from '../common/pre-training/pretraining-fields.ts'
import { pretrainedPhases } from '../common/pre-training/pretraining-phases.ts'
import { ANY_HEADS, defineStrategy } from '../strategy.ts'

const params = defineParams({
  visible: {
    type: 'choice',
    label: 'Visible units',
    default: 'bernoulli',
    choices: [
      { value: 'bernoulli', label: 'Bernoulli (numbers from 0 to 1)' },
      { value: 'gaussian', label: 'Gaussian (real numbers)' },
    ],
    help: 'What the first RBM takes its input for. Bernoulli: pixels as value / 255, columns and features mapped from their range to 0..1. Gaussian: standardised numbers, learnt at a hundredth of the rate.',
  },
  pretrainingEpochs: { ...pretrainingEpochsField, label: 'Epochs per RBM' },
  rbmLearningRate: {
    type: 'number',
    label: 'Learning rate of RBMs',
    default: 0.1,
    help: 'Of contrastive divergence, whose gradients are means over a batch. A Gaussian first layer takes a hundredth of it.',
    min: 1e-6,
    max: 1,
    log: true,
  },
  rbmBatchSize: {
    type: 'integer',
    label: 'Batch of RBMs',
    default: 100,
    help: 'Samples per update of an RBM.',
    unit: 'samples',
    min: 1,
    max: 4096,
  },
  gibbsSteps: {
    type: 'integer',
    label: 'Gibbs steps (CD-k)',
    default: 1,
    help: 'How often visible and hidden units answer each other before the negative statistics are taken. One is enough to pre-train; more make a better model of the data and take longer.',
    unit: 'steps',
    min: 1,
    max: 100,
    advanced: true,
  },
  weightCost: {
    type: 'number',
    label: 'Weight cost',
    default: 0.0002,
    help: 'Pulls the weights of RBMs towards zero, not their biases, against units that are always on or off.',
    min: 0,
    max: 1,
    log: true,
    advanced: true,
  },
  ...PRETRAINING_FIELDS,
})

/** A deep belief network, pre-trained layer by layer as restricted Boltzmann machines, unrolled into the planned network and fine-tuned with
 *  labels: Hinton, Osindero, Teh, Neural Computation 18, 2006; Hinton, Salakhutdinov, Science 313, 2006, whose rbm.m gives the
 *  defaults: rate .1, weight cost .0002, batches of 100, ten epochs a layer, momentum .5 for five epochs and then .9. */
export const deepBeliefNetwork = defineStrategy({
  type: 'deep-belief-network',
  label: 'Deep belief network',
  help: 'Pre-trains fresh Dense layers with sigmoid units one after the other as restricted Boltzmann machines, without labels, then trains the whole network with them; take it when few of many items are labelled.',
  params,
  heads: ANY_HEADS,
  check: deepBeliefProblems,
  canExtend: false,
  async run(run, values) {
    const { main, spec, context } = run
    const chain = requireChain(run)
    const runs = spec.epochs * (values.compareScratch ? 2 : 1)
    run.expect(chain.layers.length * values.pretrainingEpochs + runs)
    const rows = pretrainingRows(main.data, spec.seed)
    const kind = values.visible === 'gaussian' ? 'gaussian' : 'bernoulli'
    const watched = [...rows.watched.train, ...rows.watched.validation]
    const source = await visibleSource(run, { layer: chain.visible, kind, rows: rows.rows, watched })
    const options = {
      kind,
      epochs: values.pretrainingEpochs,
      batchSize: values.rbmBatchSize,
      rate: values.rbmLearningRate,
      weightCost: values.weightCost,
      k: values.gibbsSteps,
    } as const
    const trained: TrainedRbm[] = []
    try {
      await trainStack(run, trained, { chain, source, rows, options })
      await showRbms(run, { trained, source, rows })
    } finally {
      // A stop keeps what the RBMs have learned so far.
      run.setWeights(main, unrolled(trained, source))
      trained.forEach(({ weights }) => Object.values(weights).forEach((weight) => weight.dispose()))
    }
    await run.fit('fine-tune', main, pretrainedPhases(context, values.headEpochs))
    // Without pre-training there are no features that a head could learn from first.
    if (values.compareScratch) await compareWithScratch(run, pretrainedPhases(context, 0))
    return main
  },
})

function requireChain({ main }: StagedRun) {
  const chain = rbmChain(main.model.network, main.states)
  if (chain.layers.length > 0) return chain
  const message = 'Expected fresh Dense layers with sigmoid units below the heads. The network has none.'
  throw new GraftError('E_RUN_SPEC', message, { fix: 'Take an MLP with sigmoid activation.' })
}
