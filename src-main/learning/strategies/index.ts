import { adda } from './adda/adda.ts'
import { bornAgainNetworks } from './born-again-networks/born-again-networks.ts'
import { dann } from './dann/dann.ts'
import { deepBeliefNetwork } from './deep-belief-network/deep-belief-network.ts'
import { denoisingAutoencoder } from './denoising-autoencoder/denoising-autoencoder.ts'
import { bornAgainTree } from './born-again-tree/born-again-tree.ts'
import { distillation } from './distillation/distillation.ts'
import { featureExtraction } from './feature-extraction/feature-extraction.ts'
import { fineTuning } from './fine-tuning/fine-tuning.ts'
import { metaLearning } from './meta-learning/meta-learning.ts'
import { multiTaskHard } from './multi-task-hard/multi-task-hard.ts'
import { multiTaskSoft } from './multi-task-soft/multi-task-soft.ts'
import { rotationPrediction } from './rotation-prediction/rotation-prediction.ts'
import { selfTraining } from './self-training/self-training.ts'
import type { StrategyVariant } from './strategy.ts'
import { taskTransfer } from './task-transfer/task-transfer.ts'

/** Every strategy; A new one is a folder and a line here. Nothing here loads TensorFlow. */
export const strategies = Object.freeze([
  featureExtraction,
  fineTuning,
  distillation,
  bornAgainNetworks,
  multiTaskHard,
  multiTaskSoft,
  dann,
  adda,
  selfTraining,
  bornAgainTree,
  deepBeliefNetwork,
  denoisingAutoencoder,
  rotationPrediction,
  taskTransfer,
  metaLearning,
]) as unknown as readonly StrategyVariant[]
