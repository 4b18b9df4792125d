import type { Catalog } from '../contract/models.ts'

const KEEP = { freeze: null, train: null, reuse: null, replace: [], cut: null }
const NO_AUGMENT = { flip: false, crop: 1, shift: 0, rotate: 0, colour: 0, cutout: 0, mixup: 0, copies: 1 }

/** Starting points of the bench. A patch maps paths of the spec to values; null takes a field away. */
export const PRESETS: Catalog['presets'] = [
  {
    id: 'feature-extraction',
    label: 'Feature extraction',
    help: 'Everything reused and frozen, features computed once, a linear head fitted to its optimum on them: minutes, and hard to beat with little data.',
    patch: {
      ...KEEP,
      newLayers: [],
      freeze: { all: true },
      strategy: { type: 'feature-extraction', head: 'converged' },
      optimizer: { type: 'adam', learningRate: 0.001 },
      schedule: { type: 'constant' },
      epochs: 20,
      augment: NO_AUGMENT,
    },
  },
  {
    id: 'classic',
    label: 'Classic recipe',
    help: 'The transfer-learning tutorial: all frozen, one new layer for the classes, SGD 0.001 with momentum 0.9, rate x0.1 every 7 epochs, 25 epochs.',
    patch: {
      ...KEEP,
      newLayers: [],
      freeze: { all: true },
      strategy: { type: 'feature-extraction' },
      optimizer: { type: 'sgd', learningRate: 0.001, momentum: 0.9 },
      schedule: { type: 'step', everyEpochs: 7, factor: 0.1 },
      epochs: 25,
      batchSize: 4,
      augment: NO_AUGMENT,
    },
  },
  {
    id: 'earlier-activations',
    label: 'Earlier activations',
    help: 'Feature extraction from the first half of the base: for few images that are unlike those it was trained on, where late features are too special.',
    patch: {
      ...KEEP,
      newLayers: [],
      freeze: { all: true },
      strategy: { type: 'feature-extraction', depth: 0.5, head: 'converged' },
      optimizer: { type: 'adam', learningRate: 0.001 },
      schedule: { type: 'constant' },
      epochs: 20,
      augment: NO_AUGMENT,
    },
  },
  {
    id: 'fine-tune-last-block',
    label: 'Fine-tune the last blocks',
    help: 'The new head first, then the base’s last two blocks with it at a small rate; everything before stays frozen.',
    patch: {
      ...KEEP,
      train: { lastBlocks: 2 },
      strategy: { type: 'fine-tuning', headEpochs: 2, unfreezeLearningRate: 0.0001 },
      optimizer: { type: 'adam', learningRate: 0.001 },
      schedule: { type: 'cosine' },
      epochs: 12,
    },
  },
  {
    id: 'fine-tune-all',
    label: 'Fine-tune everything',
    help: 'The head first, then every layer at a small rate, smaller the deeper: strongest when images differ from the base model’s, and slowest.',
    patch: {
      ...KEEP,
      strategy: {
        type: 'fine-tuning',
        headEpochs: 2,
        unfreezeLearningRate: 0.0001,
        learningRateDecayPerBlock: 0.8,
      },
      optimizer: { type: 'adam', learningRate: 0.001 },
      schedule: { type: 'cosine' },
      epochs: 12,
    },
  },
  {
    id: 'gradual-unfreezing',
    label: 'Unfreeze gradually',
    help: 'ULMFiT’s recipe: the head first, then one block more each epoch from the top down, each block at 1 / 2.6 of the rate of the one above it.',
    patch: {
      ...KEEP,
      strategy: { type: 'fine-tuning', headEpochs: 1, unfreezeEvery: 1, learningRateDecayPerBlock: 0.385 },
      optimizer: { type: 'adam', learningRate: 0.001 },
      schedule: { type: 'one-cycle' },
      epochs: 20,
    },
  },
  {
    id: 'fastai',
    label: 'fastai’s fine_tune',
    help: 'One epoch of the head at 0.002, then everything at half of that, from a hundredth next to the input to the full rate at the head, in one cycle each.',
    patch: {
      ...KEEP,
      strategy: {
        type: 'fine-tuning',
        headEpochs: 1,
        unfreezeLearningRate: 0.001,
        rateRule: 'geometric',
        lowestRateShare: 0.01,
        rateGroups: 2,
        trainBatchNorm: true,
      },
      optimizer: { type: 'adam', learningRate: 0.002 },
      schedule: { type: 'one-cycle' },
      batchSize: 64,
      epochs: 6,
    },
  },
  {
    id: 'l2-sp',
    label: 'Stay near the base (L2-SP)',
    help: 'Everything learns, but weights are drawn back to the base’s: for little data, where fine-tuning would forget what the base knows.',
    patch: {
      ...KEEP,
      strategy: { type: 'fine-tuning', headEpochs: 2, startingPointPenalty: 0.1, headPenalty: 0.01 },
      optimizer: { type: 'sgd', learningRate: 0.005, momentum: 0.9 },
      schedule: { type: 'cosine' },
      epochs: 12,
    },
  },
  {
    id: 'from-scratch',
    label: 'From nothing',
    help: 'The same network with fresh weights: the baseline that shows what reuse is worth.',
    patch: {
      ...KEEP,
      reuse: { layers: [] },
      strategy: { type: 'fine-tuning', headEpochs: 0 },
      optimizer: { type: 'adam', learningRate: 0.001 },
      schedule: { type: 'one-cycle' },
      epochs: 30,
    },
  },
]
