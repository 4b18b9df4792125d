import type { Network } from '../../../../contract/network.ts'
import { encoderEnd } from './rbm-chain.ts'
import { networkUpTo } from '../../../network/network-up-to.ts'
import { layersIn, withoutBatchNorm } from '../reuse/layer-sets.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import type { StrategyContext } from '../../../engine/run/strategy-context.ts'

/** Layers behind the pre-trained ones: the heads. */
export function headLayers(network: Network): Set<string> {
  const encoder = new Set(networkUpTo(network, encoderEnd(network)).layers.map(({ name }) => name))
  return new Set(network.layers.map(({ name }) => name).filter((name) => !encoder.has(name)))
}

/** Layers of the encoder that pre-training may change: all that is not frozen. */
export function pretrainedLayers(context: StrategyContext): Set<string> {
  const heads = headLayers(context.network)
  return new Set([...layersIn(context, 'fresh', 'trained')].filter((name) => !heads.has(name)))
}

/** Those of them that run in training mode while they learn: reused BatchNorm layers keep their averages. */
export function inTrainingMode(context: StrategyContext, names: ReadonlySet<string>): Set<string> {
  const fresh = layersIn(context, 'fresh')
  const still = withoutBatchNorm(context, names)
  return new Set([...names].filter((name) => fresh.has(name) || still.has(name)))
}

/** Training with labels after pre-training: the heads alone first (Hinton and Salakhutdinov's backpropclassify.m does so for its first
 *  5 of 200 epochs), then everything that is not frozen. */
export function pretrainedPhases(context: StrategyContext, headEpochs: number): Phase[] {
  const { epochs } = context.spec
  const first = Math.min(headEpochs, epochs)
  const heads = headLayers(context.network)
  const all = layersIn(context, 'fresh', 'trained')
  const shared = { learningRate: context.learningRate, rateFactor: new Map<string, number>() }
  // One pass is no quicker from a cache that it would have to fill first.
  const cachedUpTo = first > 1 && hasMaps(context.network) ? context.cutBefore(heads) : context.cachedUpTo
  const head: Phase = { ...shared, name: 'head', epochs: first, trained: heads, trainingMode: heads, cachedUpTo }
  const whole: Phase = {
    ...shared,
    name: 'fine-tune',
    epochs: epochs - first,
    trained: all,
    trainingMode: inTrainingMode(context, all),
    cachedUpTo: context.cachedUpTo,
  }
  return [head, whole].filter((phase) => phase.epochs > 0)
}

function hasMaps({ layers }: Network): boolean {
  return layers.some(({ type }) => type === 'Conv2D' || type === 'DepthwiseConv2D')
}
