import { defineParams } from '../../../contract/params.ts'
import { layersIn } from '../common/reuse/layer-sets.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'
import { ANY_HEADS, defineStrategy } from '../strategy.ts'
import { convergedHead } from './converged-head.ts'
import { convergedProblems } from './converged-checks.ts'

const params = defineParams({
  depth: {
    type: 'number',
    label: 'Depth of the features',
    default: 1,
    help: 'Share of the base’s blocks that are run; the rest is left out. Early activations know edges and textures rather than the base’s own classes: take a half or less for few images that are unlike its. A cut that is set by hand counts instead.',
    min: 0.05,
    max: 1,
    step: 0.05,
  },
  head: {
    type: 'choice',
    label: 'Head',
    // What earlier versions did: their specs do not name it. Starting points of the bench say `converged`.
    default: 'gradual',
    choices: [
      { value: 'converged', label: 'Linear, to convergence' },
      { value: 'gradual', label: 'Gradual, epoch by epoch' },
    ],
    help: 'To convergence: logistic regression (one for each tag; ridge regression where the head is a number) on the features, fitted to its optimum in seconds, with the penalty that does best on the validation split; epochs, batch size, optimizer and schedule have no part in it. Gradual: the optimizer’s steps, with new layers, too.',
  },
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})

/** Feature extraction: phi = the frozen part in inference mode, Z = phi(X) computed once and kept on disk; only what
 *  follows is trained on Z. Reference: the transfer learning guides of Keras and PyTorch ("ConvNet as fixed feature
 *  extractor"); earlier activations for small and different data: the transfer learning notes of cs231n. A linear head has an optimum, which is
 *  found as such (converged-head.ts). Departs from them: features are cached, so that later epochs cost the head alone. */
export const featureExtraction = defineStrategy({
  type: 'feature-extraction',
  label: 'Feature extraction',
  help: 'Runs the frozen part once per image and trains only what follows it: minutes instead of hours, and hard to overfit; start here.',
  params,
  heads: ANY_HEADS,
  check: (context, { head }) => (head === 'converged' ? convergedProblems(context) : []),
  script: ({ head }) => (head === 'converged' ? convergedHead : null),
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
