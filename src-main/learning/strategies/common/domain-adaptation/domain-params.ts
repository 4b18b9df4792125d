/** Fields that the strategies of domain adaptation share; see defineParams. */
export const targetField = {
  type: 'dataset',
  label: 'Target dataset',
  default: null as string | null,
  help: 'The dataset that the network is to learn for, without its labels; the spec’s own dataset is the labelled source.',
} as const

export const featuresField = {
  type: 'text',
  label: 'Features',
  default: '',
  help: 'The layer at whose output the domains are told apart and made alike; empty: the network’s features layer, before the heads.',
} as const

export const discriminatorFields = {
  discriminatorRateFactor: {
    type: 'number',
    label: 'Rate of the discriminator',
    default: 1 as number,
    help: 'The discriminator learns this many times as fast as fresh layers of the network. One that is ahead gives steadier gradients.',
    unit: 'times',
    min: 0.01,
    max: 1000,
    log: true,
    advanced: true,
  },
  discriminatorUnits: {
    type: 'integer',
    label: 'Discriminator units',
    default: 100 as number,
    help: 'Units of each hidden layer of the domain classifier; 100 is the DANN paper’s for digits, 500 the ADDA paper’s, 1024 suits large bases.',
    min: 1,
    max: 8192,
    advanced: true,
  },
  discriminatorLayers: {
    type: 'integer',
    label: 'Discriminator layers',
    default: 1 as number,
    help: 'Hidden layers of the domain classifier.',
    unit: 'layers',
    min: 0,
    max: 5,
    advanced: true,
  },
  discriminatorDropout: {
    type: 'number',
    label: 'Discriminator dropout',
    default: 0 as number,
    help: 'Share of its hidden layers that is left out in training: weakens a discriminator that always wins. It has no BatchNorm, which would give the domains away.',
    min: 0,
    max: 0.9,
    step: 0.05,
    advanced: true,
  },
} as const

export const reportTargetField = {
  type: 'boolean',
  label: 'Report on the target',
  default: true,
  help: 'Where test items of the target have labels: show how many are predicted rightly, as a report that nothing is trained, selected or stopped by.',
} as const

export const targetSupervisedField = {
  type: 'boolean',
  label: 'Target-supervised bound',
  default: false,
  help: 'Also trains a network on the target’s labels with the same budget, for comparison only: an oracle that real use does not have.',
} as const
