import type { LayerState, Network } from '../../../../contract/network.ts'
import type { Learner } from '../../../engine/run/learner.ts'
import type { Workshop } from '../../../engine/run/staged-run.ts'
import type { Phase } from '../../../engine/step/phase.ts'

/** States of a network that goes on differently behind the encoder: the encoder's layers as planned, the others fresh. */
export function encoderStates({ main }: Workshop, network: Network): Record<string, LayerState> {
  return Object.fromEntries(network.layers.map(({ name }) => [name, main.states[name] ?? 'fresh']))
}

/** Layers that only pre-training has: a decoder, another head. */
export function addedLayers({ main }: Workshop, { model }: Learner): Set<string> {
  const planned = new Set(main.model.network.layers.map(({ name }) => name))
  return new Set(model.network.layers.map(({ name }) => name).filter((name) => !planned.has(name)))
}

/** Trains a learner that shares the planned network's encoder, and puts what the encoder has learned into it; a stop does so, too. */
export async function preTrain(workshop: Workshop, learner: Learner, phase: Phase): Promise<void> {
  try {
    await workshop.fit('pretrain', learner, [phase], { earlyStopping: null })
  } finally {
    workshop.setWeights(workshop.main, workshop.weights(learner))
  }
}
