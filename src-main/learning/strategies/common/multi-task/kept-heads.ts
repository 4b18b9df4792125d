import type { Learner } from '../../../engine/run/learner.ts'
import type { FitOptions, Workshop } from '../../../engine/run/staged-run.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import { networkToOutputs } from '../../../network/network-to-outputs.ts'

/** A learner of the planned network without some of its heads, at the same start; it is given its weights by `fitAndKeep`. */
export function keptLearner(workshop: Workshop, places: readonly number[]): Learner {
  const { main, spec } = workshop
  const network = networkToOutputs(main.model.network, places.map((place) => main.model.network.outputs[place]!)) // prettier-ignore
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, main.states[name]!]))
  return workshop.learner({ name: 'kept', network, states, weights: main.start, headPlaces: places, seed: spec.seed })
}

export interface Kept {
  readonly learner: Learner
  /** Its weight names -> the trained learner's; absent: they are the same. */
  readonly sourceOf?: (name: string) => string
}

/** Trains one learner and hands its weights to another that the run keeps, however the training ends. */
export async function fitAndKeep(
  workshop: Workshop,
  stage: string,
  { learner, kept, phases, options }: { learner: Learner; kept: Kept; phases: readonly Phase[]; options?: FitOptions },
): Promise<void> {
  workshop.keep(kept.learner)
  try {
    await workshop.fit(stage, learner, phases, options)
  } finally {
    if (kept.learner !== learner) handOver(workshop, learner, kept)
  }
}

function handOver(workshop: Workshop, from: Learner, { learner, sourceOf = (name) => name }: Kept): void {
  const weights = workshop.weights(from)
  const own = [...learner.model.weights.keys()].flatMap((name) => {
    const given = weights.get(sourceOf(name))
    return given === undefined ? [] : [[name, given] as const]
  })
  workshop.setWeights(learner, new Map(own))
  learner.samples = from.samples
}
