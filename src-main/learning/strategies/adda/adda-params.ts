import { defineParams } from '../../../contract/params.ts'
import {
  discriminatorFields,
  featuresField,
  reportTargetField,
  targetField,
  targetSupervisedField,
} from '../common/domain-adaptation/domain-params.ts'

export const addaParams = defineParams({
  target: targetField,
  features: featuresField,
  adversarialEpochs: {
    type: 'integer',
    label: 'Adversarial epochs',
    default: null as number | null,
    help: 'Passes over the target in which its encoder learns to fool the discriminator; empty: as many as there are for the source. Too many, and it may collapse.',
    unit: 'epochs',
    min: 1,
    max: 10_000,
    optional: true,
  },
  adversarialLearningRate: {
    type: 'number',
    label: 'Adversarial learning rate',
    default: 2e-4,
    help: 'Of the target’s encoder and, times its factor, of the discriminator, by Adam with a beta 1 of 0.5; 0.0002 is the authors’, 0.00001 is what others needed against collapse.',
    min: 1e-8,
    max: 1,
    log: true,
  },
  discriminatorDecay: {
    type: 'number',
    label: 'Discriminator weight decay',
    default: 2.5e-5,
    help: 'L2 penalty on the discriminator’s kernels, as in the authors’ code. 0 is off.',
    min: 0,
    max: 1,
    log: true,
    advanced: true,
  },
  selection: {
    type: 'choice',
    label: 'Kept weights',
    default: 'last',
    choices: [
      { value: 'last', label: 'of the last epoch' },
      { value: 'unlabelled', label: 'best by the unlabelled criterion' },
    ],
    help: 'Which adversarial epoch’s weights are kept, never by labels of the target. The unlabelled criterion is H(mean prediction) - mean H(prediction) on the target: certain answers that use all classes.',
  },
  targetSupervised: targetSupervisedField,
  reportTarget: reportTargetField,
  ...discriminatorFields,
  discriminatorUnits: { ...discriminatorFields.discriminatorUnits, default: 500 },
  discriminatorLayers: { ...discriminatorFields.discriminatorLayers, default: 2 },
})

export type AddaValues = ReturnType<(typeof addaParams)['schema']['parse']>
