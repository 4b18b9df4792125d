import { defineParams } from '../../../contract/params.ts'
import { seedOf } from '../../engine/run/create-learner.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Corruption } from './corruption.ts'
import { autoencoder } from './decoder.ts'
import {
  denoise,
  denoisedImages,
  denoisingObjective,
  type ReconstructionLoss,
  reconstructionLoss,
  restorationError,
  restorationText,
} from './denoising.ts'
import { pretrainingRows, rowsWords, type PretrainingRows } from '../common/pre-training/pretraining-rows.ts'
import { encoderEnd } from '../common/pre-training/rbm-chain.ts'
import { compareWithScratch } from '../common/pre-training/scratch-comparison.ts'
import { denoisingProblems } from './denoising-checks.ts'
import { addedLayers, encoderStates, preTrain } from '../common/pre-training/pre-train.ts'
import {
  PRETRAINING_FIELDS,
  pretrainingEpochsField,
  pretrainingRateField,
} from '../common/pre-training/pretraining-fields.ts'
import { inTrainingMode, pretrainedLayers, pretrainedPhases } from '../common/pre-training/pretraining-phases.ts'
import { ANY_HEADS, defineStrategy } from '../strategy.ts'

const params = defineParams({
  noise: {
    type: 'choice',
    label: 'Damage',
    default: 'masking',
    choices: [
      { value: 'masking', label: 'Masking: numbers set to zero' },
      { value: 'gaussian', label: 'Gaussian noise added' },
    ],
    help: 'How samples are damaged before the network sees them; it has to give the whole ones back. Masking makes it guess what is missing from what is there.',
  },
  amount: {
    type: 'number',
    label: 'Amount',
    default: 0.3,
    help: 'Masking: the share of numbers set to zero, 0.25 to 0.5 is usual. Gaussian: the standard deviation of the noise, of pixels from 0 to 1 or of standardised columns.',
    min: 0,
    max: 1,
    step: 0.05,
  },
  loss: {
    type: 'choice',
    label: 'Reconstruction loss',
    default: 'auto',
    choices: [
      { value: 'auto', label: 'Automatic' },
      { value: 'cross-entropy', label: 'Cross entropy' },
      { value: 'squared-error', label: 'Squared error' },
    ],
    help: 'Automatic: cross entropy for images, whose pixels are numbers from 0 to 1, squared error for table columns, which are not.',
    advanced: true,
  },
  decoderUnits: {
    type: 'integer',
    label: 'Decoder width',
    default: 256,
    help: 'Units of the Dense layer that stands in for convolutions in the decoder. Dense layers are mirrored as they are. The decoder is dropped after pre-training.',
    unit: 'units',
    min: 1,
    max: 8192,
    advanced: true,
  },
  pretrainingEpochs: pretrainingEpochsField,
  pretrainingLearningRate: pretrainingRateField,
  ...PRETRAINING_FIELDS,
})

/** A denoising autoencoder: the planned network up to its features learns to restore damaged samples through a decoder, without labels, and is
 *  then trained with them. Vincent, Larochelle, Bengio, Manzagol, ICML 2008; Vincent et al., JMLR 11, 2010 (trained as a whole here,
 *  not layer by layer). */
export const denoisingAutoencoder = defineStrategy({
  type: 'denoising-autoencoder',
  label: 'Denoising autoencoder',
  help: 'Pre-trains any network to restore damaged samples, without labels, then trains it with them; take it when few of many items are labelled.',
  params,
  heads: ANY_HEADS,
  check: denoisingProblems,
  canExtend: false,
  async run(run, values) {
    const { main, spec, context, preprocessing } = run
    run.expect(values.pretrainingEpochs + spec.epochs * (values.compareScratch ? 2 : 1))
    const rows = pretrainingRows(main.data, spec.seed)
    const corruption: Corruption = { kind: values.noise === 'gaussian' ? 'gaussian' : 'masking', amount: values.amount }
    const loss = reconstructionLoss(values.loss, preprocessing.kind)
    const damage = { corruption, loss, seed: seedOf(spec.seed, 'damage') }
    const learner = autoencoderOf(run, rows, values.decoderUnits)
    const trained = new Set([...pretrainedLayers(context), ...addedLayers(run, learner)])
    await preTrain(run, learner, {
      name: 'denoise',
      epochs: values.pretrainingEpochs,
      learningRate: values.pretrainingLearningRate ?? context.learningRate,
      trained,
      trainingMode: new Set([...inTrainingMode(context, trained), ...addedLayers(run, learner)]),
      rateFactor: new Map(),
      cachedUpTo: null,
      objective: denoisingObjective(preprocessing, damage),
      afterEpoch: () => validationError(run, learner, damage),
    })
    await show(run, learner, { rows, damage })
    await run.fit('fine-tune', main, pretrainedPhases(context, values.headEpochs))
    // Without pre-training there are no features that a head could learn from first.
    if (values.compareScratch) await compareWithScratch(run, pretrainedPhases(context, 0))
    return main
  },
})

interface Damage {
  readonly corruption: Corruption
  readonly loss: ReconstructionLoss
  readonly seed: number
}

/** The planned network's encoder as it starts, with a fresh decoder; it has no heads. */
function autoencoderOf(run: StagedRun, { rows, watched }: PretrainingRows, decoderUnits: number): Learner {
  const { main } = run
  const { network } = main.model
  const whole = autoencoder(network, encoderEnd(network), decoderUnits)
  return run.learner({
    name: 'autoencoder',
    network: whole,
    states: encoderStates(run, whole),
    weights: run.weights(main),
    heads: { records: [], infos: [] },
    data: {
      ...main.data,
      targets: [],
      hiddenTargets: null,
      rows: { train: rows, validation: fewEnough(run, watched.validation), test: [] },
      unlabelled: [],
    },
  })
}

/** Numbers that are reconstructed at once for measuring. */
const MEASURED = 4_000_000

/** As many of these rows as fit: all of small images, a few of large ones. */
function fewEnough({ main }: StagedRun, rows: readonly number[]): readonly number[] {
  const size = main.data.samples.shape.reduce((total, value) => total * value, 1)
  return rows.slice(0, Math.max(EXAMPLES, Math.floor(MEASURED / size)))
}

const EXAMPLES = 10

async function validationError(run: StagedRun, learner: Learner, damage: Damage): Promise<Record<string, number>> {
  const { validation } = learner.data.rows
  if (validation.length === 0) return {}
  const error = restorationError(await denoise(run, learner, validation, damage))
  return { 'validation.autoencoder.restorationError': error }
}

async function show(run: StagedRun, learner: Learner, { rows, damage }: { rows: PretrainingRows; damage: Damage }) {
  const { validation } = learner.data.rows
  const examples = validation.length > 0 ? validation : fewEnough(run, rows.watched.train)
  const restored = await denoise(run, learner, examples, damage)
  run.exhibit(restorationText(restored, rowsWords(rows)))
  const { preprocessing, manifest } = run
  if (preprocessing.kind !== 'image') return
  const names = examples.slice(0, EXAMPLES).map((row) => manifest.items[row]?.name ?? 'sample')
  run.exhibit(denoisedImages(restored, preprocessing, names))
}
