import { defineParams } from '../../contract/params.ts'
import { layersIn } from './layer-sets.ts'
import { defineStrategy } from './strategy.ts'

const params = defineParams({
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
})

/** Feature extraction: phi = the frozen part in inference mode, Z = phi(X) computed once and kept on disk; only what
 *  follows is trained on Z. Reference: the transfer learning guides of Keras and PyTorch ("ConvNet as fixed feature
 *  extractor"). Departs from them: features are cached, so that later epochs cost the head alone. */
export const featureExtraction = defineStrategy({
  type: 'feature-extraction',
  label: 'Feature extraction',
  help: 'Runs the frozen part once per image and trains only what follows it: minutes instead of hours, and hard to overfit; start here.',
  params,
  phases(context) {
    const trained = layersIn(context, 'trained', 'fresh')
    return [
      {
        name: 'head',
        epochs: context.spec.epochs,
        learningRate: context.learningRate,
        trained,
        trainingMode: trained,
        rateFactor: new Map(),
        cachedUpTo: context.cachedUpTo,
      },
    ]
  },
})
