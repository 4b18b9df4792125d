import type { LayerState, Network } from '../../../contract/network.ts'
import { seededRandom } from '../../../base/seeded-random.ts'
import type { Tf } from '../../runtime.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { RunScope } from './run-scope.ts'
import { initialWeights } from '../model/initial-weights.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { initializeWeight } from '../model/initialize.ts'
import type { Learner, LearnerOptions } from './learner.ts'
import { createModel } from '../model/model.ts'

/** The planned network with its starting weights, on the spec's dataset. */
export function mainLearner({ runtime, job, base, data, heads, manifest }: RunScope): Learner {
  const { network, states, spec } = job
  const start = initialWeights(network, { states, base, seed: spec.seed })
  const model = createModel(runtime.tf, network, start, spec.seed)
  return { name: '', model, states, start, headRecords: manifest.heads, heads, data, samples: data.samples }
}

/** A further network, on the main learner's data unless it brings its own. */
export function createLearner({ runtime, job }: RunScope, main: Learner, options: LearnerOptions): Learner {
  const { name, network, weights, headPlaces } = options
  const seed = options.seed ?? seedOf(job.spec.seed, name)
  const states = options.states ?? allFresh(network)
  const start = startingValues(network, weights, seed)
  const model = createModel(runtime.tf, network, start, seed)
  const places = headPlaces ?? main.heads.map((_, h) => h)
  const given = options.heads
  const data =
    options.data ??
    (given === undefined ? { ...main.data, targets: places.map((h) => main.data.targets[h]!) } : main.data)
  return {
    name,
    model,
    states,
    start,
    headRecords: given?.records ?? places.map((h) => main.headRecords[h]!),
    heads: given?.infos ?? places.map((h) => main.heads[h]!),
    data,
    samples: data.samples,
  }
}

/** A seed for everything that is named so in a run. */
export function seedOf(seed: number, name: string): number {
  return Math.floor(seededRandom(seed, `learner ${name}`)() * 2 ** 31)
}

function allFresh(network: Network): Record<string, LayerState> {
  return Object.fromEntries(network.layers.map((layer) => [layer.name, 'fresh' as const]))
}

/** Weights that are given and fit; the others seeded. */
function startingValues(network: Network, weights: WeightValues | undefined, seed: number): WeightValues {
  return new Map(
    inferNetwork(network).weights.map((weight) => {
      const given = weights?.get(weight.fullName)
      const fits = given !== undefined && given.shape.join() === weight.shape.join()
      return [weight.fullName, { shape: weight.shape, values: fits ? given.values : initializeWeight(weight, seed) }]
    }),
  )
}

/** Puts values into the weights of the same names; others stay. */
export function setWeights(tf: Tf, { model }: Learner, values: WeightValues): void {
  for (const [name, variable] of model.weights) {
    const given = values.get(name)
    if (given === undefined) continue
    tf.tidy(() => variable.assign(tf.tensor(given.values.slice(), variable.shape, 'float32')))
  }
}
