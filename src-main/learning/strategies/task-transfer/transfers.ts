import type { LayerState } from '../../../contract/network.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { networkToOutputs } from '../../network/network-to-outputs.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { plannedPhases } from '../common/reuse/planned-phases.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { featureData } from './feature-data.ts'
import { itemLosses } from './item-losses.ts'
import { encoderWithReadout, readoutNetwork, type ReadoutOptions } from './readout-network.ts'
import type { Task } from './transfer-tasks.ts'

export interface TransferSettings {
  /** Last layer of the encoders. */
  readonly encoder: string
  readonly readoutUnits: number
  readonly readoutEpochs: number
  readonly readoutLearningRate: number
}

/** Losses of one network on the rows that its task is chosen and measured on. */
export interface Measured {
  readonly chosenOn: readonly number[]
  readonly measuredOn: readonly number[]
}

/** A task's own network, trained with all of its labels from the plan's start. `isKept`: it is what a stop leaves from now on. */
export async function trainTaskNetwork(run: StagedRun, task: Task, isKept: boolean): Promise<Learner> {
  const { main, context, spec } = run
  const network = networkToOutputs(main.model.network, [main.model.network.outputs[task.place]!])
  const learner = run.learner({
    name: task.key,
    network,
    states: statesOf(network.layers, main.states),
    weights: main.start,
    headPlaces: [task.place],
    seed: spec.seed,
  })
  if (isKept) run.keep(learner)
  const phases = plannedPhases(context, { name: `task ${task.name}`, epochs: spec.epochs, rows: task.rows })
  await run.fit(`task-${task.key}`, learner, phases)
  return learner
}

function statesOf(layers: readonly { name: string }[], states: Readonly<Record<string, LayerState>>) {
  return Object.fromEntries(layers.map(({ name }) => [name, states[name] ?? 'fresh']))
}

/** The plan's encoder with random weights, or with those that the plan starts with. */
export function untrainedEncoder(run: StagedRun, encoder: string, name: string, isRandom: boolean): Learner {
  const { main, spec } = run
  const network = networkUpTo(main.model.network, encoder)
  const weights = isRandom ? {} : { weights: main.start, states: statesOf(network.layers, main.states) }
  return run.learner({ name, network, ...weights, heads: { records: [], infos: [] }, seed: spec.seed })
}

/** A trained readout, ready to be measured and put upon its encoder. */
export interface Readout {
  readonly learner: Learner
  readonly measured: Measured
}

/** Reads tasks off one frozen encoder, each with the same few labels, the same epochs and the same small network. */
export async function readOut(
  run: StagedRun,
  { from, key }: { from: Learner; key: string },
  tasks: readonly Task[],
  settings: TransferSettings,
): Promise<Map<number, Readout>> {
  const rows = [...new Set(tasks.flatMap((task) => [...task.readoutRows, ...task.chosenOn, ...task.measuredOn]))]
  const shape = inferNetwork(from.model.network).shapes.get(settings.encoder)!
  const options = { layers: [settings.encoder], stage: `features-${key}` }
  const [values] = await run.outputs(from, rows, options)
  const readouts = new Map<number, Readout>()
  for (const task of tasks) {
    const learner = run.learner({
      name: `${key}.to.${task.key}`,
      network: readoutNetwork(readoutOptions(run, task, shape, settings)),
      headPlaces: [task.place],
      data: featureData(run.main.data, { rows, values: values!, shape, place: task.place }),
      // The same start for every encoder.
      seed: run.spec.seed,
    })
    const phase = readoutPhase(learner, task, `${key} to ${task.name}`, settings)
    await run.fit(`readout-${key}-${task.key}`, learner, [phase], { earlyStopping: null })
    readouts.set(task.place, { learner, measured: await measure(run, learner, task) })
  }
  return readouts
}

/** The whole network with fresh weights on the same few labels, for as many epochs. */
export async function trainFromScratch(
  run: StagedRun,
  task: Task,
  shape: readonly number[],
  settings: TransferSettings,
): Promise<Readout> {
  const network = encoderWithReadout(run.main.model.network, settings.encoder, readoutOptions(run, task, shape, settings)) // prettier-ignore
  const name = `scratch.to.${task.key}`
  const learner = run.learner({ name, network, headPlaces: [task.place], seed: run.spec.seed })
  const phase = readoutPhase(learner, task, `scratch to ${task.name}`, settings)
  await run.fit(`scratch-${task.key}`, learner, [phase], { earlyStopping: null })
  return { learner, measured: await measure(run, learner, task) }
}

function readoutOptions(
  { main }: StagedRun,
  task: Task,
  shape: readonly number[],
  { readoutUnits }: TransferSettings,
): ReadoutOptions {
  const { network } = main.model
  const head = network.layers.find(({ name }) => name === network.outputs[task.place])!
  return { shape, head, units: readoutUnits }
}

function readoutPhase(learner: Learner, task: Task, name: string, settings: TransferSettings): Phase {
  const trained = new Set(learner.model.network.layers.map((layer) => layer.name))
  return {
    name,
    epochs: settings.readoutEpochs,
    learningRate: settings.readoutLearningRate,
    trained,
    trainingMode: trained,
    rateFactor: new Map(),
    cachedUpTo: null,
    rows: task.readoutRows,
  }
}

/** Losses on both sets of rows, in one pass. */
export async function measure(run: StagedRun, learner: Learner, task: Task): Promise<Measured> {
  const targets = run.main.data.targets[task.place]!
  const rows = [...task.chosenOn, ...task.measuredOn]
  const [outputs] = await run.outputs(learner, rows)
  const losses = itemLosses(task.head, outputs!, targets, rows)
  const { length } = task.chosenOn
  return { chosenOn: losses.slice(0, length), measuredOn: losses.slice(length) }
}

/** A transfer as one network: the source's encoder below, the readout above. Its layers are in the states of both, and changed since
 *  the encoder's start. */
export function joined(
  run: StagedRun,
  parts: { from: Learner; readout: Learner; task: Task; settings: TransferSettings },
): Learner {
  const { main, spec } = run
  const { from, readout, task, settings } = parts
  const shape = inferNetwork(from.model.network).shapes.get(settings.encoder)!
  const network = encoderWithReadout(main.model.network, settings.encoder, readoutOptions(run, task, shape, settings)) // prettier-ignore
  const learner = run.learner({
    name: 'transfer',
    network,
    states: statesOf(network.layers, { ...from.states, [network.outputs[0]!]: 'fresh' }),
    weights: from.start,
    headPlaces: [task.place],
    seed: spec.seed,
  })
  run.setWeights(learner, run.weights(from))
  run.setWeights(learner, run.weights(readout))
  return learner
}
