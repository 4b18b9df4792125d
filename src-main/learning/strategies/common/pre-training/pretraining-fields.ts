import type { ParamDefs } from '../../../../contract/params.ts'

/** Form fields that strategies of pre-training without labels have in common. */
export const PRETRAINING_FIELDS = {
  headEpochs: {
    type: 'integer',
    label: 'Head first',
    default: 1,
    help: 'For this many of the epochs with labels only the layers behind the pre-trained ones learn; then all that is not frozen. As many as there are epochs keep the pre-trained features as they are.',
    unit: 'epochs',
    min: 0,
    max: 10_000,
  },
  compareScratch: {
    type: 'boolean',
    label: 'Compare with no pre-training',
    default: false,
    help: 'Also trains the same network from its own start, as a whole, for as many epochs on the labels, and shows both side by side.',
  },
} as const satisfies ParamDefs

/** Epochs without labels. */
export const pretrainingEpochsField = {
  type: 'integer',
  label: 'Pre-training epochs',
  default: 10 as number,
  help: 'Passes over all training items without their labels, before the epochs with labels.',
  unit: 'epochs',
  min: 1,
  max: 10_000,
} as const

export const pretrainingRateField = {
  type: 'number',
  label: 'Pre-training learning rate',
  default: null as number | null,
  help: 'The rate while there are no labels; empty: the optimizer’s.',
  min: 1e-8,
  max: 10,
  log: true,
  optional: true,
} as const
