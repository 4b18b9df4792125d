import type { LayerState } from '../../../contract/network.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { networkToOutputs } from '../../network/network-to-outputs.ts'
import { stratifiedFolds } from '../../probes/cross-validate.ts'
import { fitLogistic } from '../../probes/logistic-regression.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { featuresOf } from '../model-outputs.ts'
import type { LabelledSample } from '../labelled-sample.ts'

export interface Trial {
  /** Accuracy on the same held-out items. */
  readonly probe: number
  readonly fineTuned: number
  /** Of the difference, were the two independent: sqrt of both binomial variances. */
  readonly error: number
  readonly heldOut: number
  readonly epochs: number
  readonly seconds: number
}

/** Epochs that a trial never exceeds. */
const MOST_EPOCHS = 30
/** As the Keras guide to transfer learning: a tenth of the head's rate and less for layers that know something. */
const REUSED_RATE = 0.1

/** A linear probe against fine-tuning of everything, on four fifths of the sample and measured on the rest, within so many seconds: one epoch
 *  is timed, then as many as fit are trained from the start again. */
export async function runTrial(
  run: StagedRun,
  sample: LabelledSample,
  { seconds, layer }: { seconds: number; layer: string },
): Promise<Trial> {
  const { runtime } = run
  const folds = stratifiedFolds(sample.labels, 5, run.spec.seed)
  const part = (isHeldOut: boolean) => [...sample.rows.keys()].filter((i) => (folds[i] === 0) === isHeldOut)
  const [train, heldOut] = [part(false), part(true)]
  const rowsAt = (places: readonly number[]) => places.map((i) => sample.rows[i]!)
  const started = runtime.now()
  const probe = await probeOf(run, sample, { train, heldOut, layer })
  const timed = runtime.now()
  await trainAll(run, 'trial-timing', rowsAt(train), 1)
  const epochSeconds = (runtime.now() - timed) / 1000
  const left = seconds - (runtime.now() - started) / 1000
  const epochs = Math.max(1, Math.min(MOST_EPOCHS, Math.floor(left / epochSeconds)))
  const learner = await trainAll(run, 'trial', rowsAt(train), epochs)
  const metrics = await run.evaluate(learner, 'train', { rows: rowsAt(heldOut) })
  const fineTuned = metrics['accuracy'] ?? 0
  const variance = (share: number) => (share * (1 - share)) / heldOut.length
  const error = Math.sqrt(variance(probe) + variance(fineTuned))
  return { probe, fineTuned, error, heldOut: heldOut.length, epochs, seconds: (runtime.now() - started) / 1000 }
}

async function probeOf(
  run: StagedRun,
  sample: LabelledSample,
  { train, heldOut, layer }: { train: readonly number[]; heldOut: readonly number[]; layer: string },
): Promise<number> {
  const of = (places: readonly number[]) => featuresOf(run, run.main, places.map((i) => sample.rows[i]!), layer) // prettier-ignore
  const labels = (places: readonly number[]) => places.map((i) => sample.labels[i]!)
  const classes = 1 + Math.max(...sample.labels)
  const model = fitLogistic(run.runtime.tf, await of(train), labels(train), { classes })
  const predicted = model.predict(await of(heldOut))
  return labels(heldOut).filter((label, i) => predicted[i] === label).length / heldOut.length
}

/** The plan's network with its classification head, from its starting weights, every layer trained. */
async function trainAll(run: StagedRun, name: string, rows: readonly number[], epochs: number) {
  const { main, spec, context } = run
  const place = main.heads.findIndex(({ type }) => type === 'classification')
  const network = networkToOutputs(main.model.network, [main.model.network.outputs[place]!])
  const stateOf = (layer: string): LayerState => (main.states[layer] === 'fresh' ? 'fresh' : 'trained')
  const states = Object.fromEntries(network.layers.map((layer) => [layer.name, stateOf(layer.name)]))
  const learner = run.learner({ name, network, states, weights: main.start, headPlaces: [place], seed: spec.seed })
  const layers = network.layers.map((layer) => layer.name)
  const reused = layers.filter((layer) => states[layer] === 'trained')
  const isNorm = new Set(network.layers.filter(({ type }) => type === 'BatchNormalization').map((layer) => layer.name))
  const phase: Phase = {
    name,
    epochs,
    learningRate: context.learningRate,
    trained: new Set(layers),
    trainingMode: new Set(layers.filter((layer) => states[layer] === 'fresh' || !isNorm.has(layer))),
    rateFactor: new Map(reused.map((layer) => [layer, REUSED_RATE])),
    cachedUpTo: null,
    rows,
  }
  await run.fit(name, learner, [phase], { earlyStopping: null, validationRows: [] })
  return learner
}
