import type { LayerState, Network } from '../../../../contract/network.ts'
import type { Learner } from '../../../engine/run/learner.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import type { Phase } from '../../../engine/step/phase.ts'

/** States of a network that goes on differently behind the encoder: the encoder's layers as planned, the others fresh. */
export function encoderStates({ main }: StagedRun, network: Network): Record<string, LayerState> {
  return Object.fromEntries(network.layers.map(({ name }) => [name, main.states[name] ?? 'fresh']))
}

/** Layers that only pre-training has: a decoder, another head. */
export function addedLayers({ main }: StagedRun, { model }: Learner): Set<string> {
  const planned = new Set(main.model.network.layers.map(({ name }) => name))
  return new Set(model.network.layers.map(({ name }) => name).filter((name) => !planned.has(name)))
}

/** Trains a learner that shares the planned network's encoder, and puts what the encoder has learned into it; a stop does so, too. */
export async function preTrain(run: StagedRun, learner: Learner, phase: Phase): Promise<void> {
  try {
    await run.fit('pretrain', learner, [phase], { earlyStopping: null })
  } finally {
    run.setWeights(run.main, run.weights(learner))
  }
}
