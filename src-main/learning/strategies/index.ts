import { bornAgainNetworks } from './born-again-networks.ts'
import { distillation } from './distillation.ts'
import { featureExtraction } from './feature-extraction.ts'
import { fineTuning } from './fine-tuning.ts'
import { selfTraining } from './self-training.ts'
import type { StrategyVariant } from './strategy.ts'

/** Every strategy; a new one is a file and a line here. Nothing here loads TensorFlow. */
export const strategies = Object.freeze([
  featureExtraction,
  fineTuning,
  distillation,
  bornAgainNetworks,
  selfTraining,
]) as unknown as readonly StrategyVariant[]
