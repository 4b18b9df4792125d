import type { Learner } from '../../../engine/run/learner.ts'
import type { FitOptions, StagedRun } from '../../../engine/run/staged-run.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import { networkToOutputs } from '../../../network/network-to-outputs.ts'

/** A learner of the planned network without some of its heads, at the same start; it is given its weights by `fitAndKeep`. */
export function keptLearner(run: StagedRun, places: readonly number[]): Learner {
  const { main, spec } = run
  const network = networkToOutputs(main.model.network, places.map((place) => main.model.network.outputs[place]!)) // prettier-ignore
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, main.states[name]!]))
  return run.learner({ name: 'kept', network, states, weights: main.start, headPlaces: places, seed: spec.seed })
}

export interface Kept {
  readonly learner: Learner
  /** Its weight names -> the trained learner's; absent: they are the same. */
  readonly sourceOf?: (name: string) => string
}

/** Trains one learner and hands its weights to another that the run keeps, however the training ends. */
export async function fitAndKeep(
  run: StagedRun,
  stage: string,
  { learner, kept, phases, options }: { learner: Learner; kept: Kept; phases: readonly Phase[]; options?: FitOptions },
): Promise<void> {
  run.keep(kept.learner)
  try {
    await run.fit(stage, learner, phases, options)
  } finally {
    if (kept.learner !== learner) handOver(run, learner, kept)
  }
}

function handOver(run: StagedRun, from: Learner, { learner, sourceOf = (name) => name }: Kept): void {
  const weights = run.weights(from)
  const own = [...learner.model.weights.keys()].flatMap((name) => {
    const given = weights.get(sourceOf(name))
    return given === undefined ? [] : [[name, given] as const]
  })
  run.setWeights(learner, new Map(own))
  learner.samples = from.samples
}
