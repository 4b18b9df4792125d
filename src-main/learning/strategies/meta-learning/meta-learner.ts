import type { Learner } from '../../engine/run/learner.ts'
import type { TrainingData } from '../../engine/data/training-data.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Network } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'

const NO_ROWS = { train: [], validation: [], test: [] }

/** The data of a meta-learner: it is measured on tasks, not on the dataset's splits. */
function withoutRows(data: TrainingData): TrainingData {
  return { ...data, targets: [new Float64Array(data.hashes.length).fill(NaN)], rows: NO_ROWS, unlabelled: [] }
}

/** The planned network with a head for `way` classes in place of the dataset's. What is reused starts with the base's weights. */
export function wayLearner(run: StagedRun, way: number, name = 'few-shot'): Learner {
  const { main } = run
  const classes = Array.from({ length: way }, (_, i) => `class ${i + 1}`)
  const record = { ...main.headRecords[0]!, classes }
  const info = { ...main.heads[0]!, classes, classWeights: [], labelSmoothing: 0 }
  return run.learner({
    name,
    network: withHeadUnits(main.model.network, way),
    states: main.states,
    weights: run.weights(main),
    heads: { records: [record], infos: [info] },
    data: withoutRows(main.data),
  })
}

/** The planned network for one number, in its own unit. */
export function numberLearner(run: StagedRun, name = 'few-shot'): Learner {
  const { main } = run
  return run.learner({
    name,
    network: { ...main.model.network, outputs: main.model.network.outputs.slice(0, 1) },
    states: main.states,
    weights: run.weights(main),
    heads: { records: main.headRecords.slice(0, 1), infos: [{ ...main.heads[0]!, mean: 0, std: 1 }] },
    data: withoutRows(main.data),
  })
}

/** The network with its first output alone, for so many classes. */
export function withHeadUnits(network: Network, units: number): Network {
  const output = network.outputs[0]!
  const others = new Set(network.outputs.slice(1))
  const layers = network.layers
    .filter(({ name }) => !others.has(name))
    .map((layer) => (layer.name === output ? { ...layer, config: { ...layer.config, units } } : layer))
  return { ...network, layers, outputs: [output] }
}

/** Full names of the weights that adapt: those of every layer that is not frozen. */
export function adaptingWeights({ model, states }: Learner): string[] {
  const trainable = new Set(
    inferNetwork(model.network).weights.flatMap(({ fullName, trainable }) => (trainable ? [fullName] : [])),
  )
  return [...model.weights.keys()].filter((name) => {
    const layer = name.slice(0, name.lastIndexOf('/'))
    return trainable.has(name) && states[layer] !== 'frozen'
  })
}
