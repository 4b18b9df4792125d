import { defineParams } from '../../../contract/params.ts'
import {
  discriminatorFields,
  featuresField,
  reportTargetField,
  targetField,
  targetSupervisedField,
} from '../common/domain-adaptation/domain-params.ts'

export const dannParams = defineParams({
  target: targetField,
  features: {
    ...featuresField,
    help: 'The layer at whose output the domains are told apart and made alike; empty: what the convolutions give to dense layers (a LeNet’s flatten), else the network’s features layer, before the heads.',
  },
  lambda: {
    type: 'number',
    label: 'Reversed gradient',
    default: 1,
    help: 'Weight of the reversed gradient in the features once it has risen; 1 is the paper’s. It never slows the discriminator down.',
    min: 0,
    max: 100,
    step: 0.1,
  },
  lambdaSchedule: {
    type: 'choice',
    label: 'Its course',
    default: 'rising',
    choices: [
      { value: 'rising', label: 'rises from 0' },
      { value: 'constant', label: 'constant' },
    ],
    help: 'Rising: from 0 to its weight as 2 / (1 + exp(-10 p)) - 1 over the progress p, so that the discriminator’s first guesses do not reach the features. Constant: as in the authors’ shallow experiments.',
  },
  reusedLearningRateFactor: {
    type: 'number',
    label: 'Rate of reused layers',
    default: 0.1,
    help: 'Reused layers that learn do so at this share of the learning rate; fresh layers and the discriminator take all of it. A tenth is usual in domain adaptation.',
    min: 0.001,
    max: 10,
    log: true,
  },
  compareSourceOnly: {
    type: 'boolean',
    label: 'Source-only first',
    default: true,
    help: 'Also trains the same network from the same start on the source alone, with the same batches: the baseline that adaptation has to beat. Doubles the time.',
  },
  targetSupervised: targetSupervisedField,
  reportTarget: reportTargetField,
  selection: {
    type: 'choice',
    label: 'Kept weights',
    default: 'last',
    choices: [
      { value: 'last', label: 'of the last epoch' },
      { value: 'source', label: 'best on the source’s validation split' },
      { value: 'unlabelled', label: 'best by the unlabelled criterion' },
    ],
    help: 'Which epoch’s weights are kept, never by labels of the target. The unlabelled criterion is H(mean prediction) - mean H(prediction) on the target: certain answers that use all classes.',
  },
  ...discriminatorFields,
})

export type DannValues = ReturnType<(typeof dannParams)['schema']['parse']>
