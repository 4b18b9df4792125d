import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { createTrainStep } from '../../src-main/learning/engine/step/train-step.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { withoutSoftmax } from '../../src-main/learning/network/without-softmax.ts'
import { sgd } from '../../src-main/learning/optimizers/sgd.ts'

const OFTEN_DROPS = new Set(['Dropout', 'StochasticDepth'])

/** One update of the engine on a batch of the classes 0, 1 ...: all layers learn, nothing is dropped, BatchNorm works on the batch. The loss before
 *  it, and every weight after it. */
export function sgdStep(runtime, { network, weights }, { shape, values }, { rate, momentum }) {
  const [batch, ...sample] = shape
  const layers = withoutSoftmax(network).layers.map((layer) => (OFTEN_DROPS.has(layer.type) ? undropped(layer) : layer))
  const model = createModel(runtime.tf, { ...network, layers }, weights, 1)
  const all = new Set(layers.map(({ name }) => name))
  const rows = Array.from({ length: batch }, (_, row) => row)
  const parts = {
    model,
    phase: {
      name: 'all',
      epochs: 1,
      learningRate: rate,
      trained: all,
      trainingMode: all,
      rateFactor: new Map(),
      cachedUpTo: null,
    },
    heads: [headOf(model)],
    rule: sgd.rule(sgd.params.schema.parse({ momentum })),
    samples: {
      shape: sample,
      layer: null,
      storage: 'float32',
      normalisation: null,
      load: () => values,
      changes: null,
      held: null,
    },
    targets: [Float64Array.from(rows)],
    rows,
    options: { gradientClip: null, accumulate: 1, weightAverage: null },
  }
  const step = createTrainStep(runtime, parts, batch)
  const numbers = { step: 0, learningRate: rate, optimizer: step.updater.numbers(0, 1), objective: [] }
  const { loss } = step.run({ rows, epoch: 0, numbers, isLast: true }, values)
  step.program.pull()
  const after = new Map([...model.weights].map(([name, variable]) => [name, { values: variable.dataSync().slice() }]))
  step.dispose()
  model.dispose()
  return { loss, weights: after }
}

function undropped(layer) {
  return { ...layer, config: { ...layer.config, [layer.type === 'Dropout' ? 'rate' : 'drop_path_rate']: 0 } }
}

/** A class for each value of the output. */
function headOf({ network }) {
  const width = inferNetwork(network).shapes.get(network.outputs[0]).at(-1)
  const classes = Array.from({ length: width }, (_, index) => String(index))
  return {
    name: 'label',
    type: 'classification',
    classes,
    weight: 1,
    mean: 0,
    std: 1,
    labelSmoothing: 0,
    classWeights: [],
  }
}
