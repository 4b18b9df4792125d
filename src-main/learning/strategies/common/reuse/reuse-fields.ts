import type { ParamDefs } from '../../../../contract/params.ts'

/** Form fields that strategies which train reused layers have in common. */
export const REUSE_FIELDS = {
  headEpochs: {
    type: 'integer',
    label: 'Head first',
    default: 1,
    help: 'For this many of the epochs only fresh layers learn, on cached features; then reused layers join in. A random head would otherwise damage what they know. Skipped where there is nothing reused to train.',
    unit: 'epochs',
    min: 0,
    max: 10_000,
  },
  unfreezeLearningRate: {
    type: 'number',
    label: 'Learning rate after unfreezing',
    default: null as number | null,
    help: 'The rate once reused layers learn too; empty: the optimizer’s. A tenth to a hundredth of it keeps what the network knows.',
    min: 1e-8,
    max: 10,
    log: true,
    optional: true,
  },
  headLearningRateFactor: {
    type: 'number',
    label: 'Rate of fresh layers',
    default: 1,
    help: 'Fresh layers learn this many times as fast as the topmost reused block; 10 is usual when the rate suits the reused layers.',
    unit: 'times',
    min: 0.01,
    max: 1000,
    log: true,
  },
  trainBatchNorm: {
    type: 'boolean',
    label: 'Move BatchNorm averages',
    default: false,
    help: 'On: trained BatchNorm layers normalise with each batch and move their averages; take it for large batches and images unlike the base model’s. Off: they keep the base model’s averages, the safe choice for little data. Frozen ones never move, fresh ones always do.',
    advanced: true,
  },
  memoryMegabytes: {
    type: 'integer',
    label: 'Features in memory',
    default: 2048,
    help: 'Cached features up to this size are held in memory; larger ones are read from disk batch by batch, which is slower.',
    unit: 'MB',
    min: 16,
    max: 1_000_000,
    advanced: true,
  },
} as const satisfies ParamDefs
