import { classificationLoss, regressionLoss } from '../losses/loss.ts'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf, Variable } from '../lab.ts'
import type { UpdateRule } from '../optimizers/optimizer.ts'
import type { Phase } from '../strategies/strategy.ts'
import { type CompiledStep, createProgram, type Program, type ProgramLab } from './compile/program.ts'
import {
  type HeadTargets,
  headTargets,
  isUniform,
  samplesTensor,
  type StepNumbers,
  type StepScalars,
  toInput,
} from './feed.ts'
import { createUpdater, type UpdateOptions, type WeightUpdater } from './apply-gradients.ts'
import type { HeadInfo } from './heads.ts'
import type { WeightValues } from './initial-weights.ts'
import type { Model } from './model.ts'
import { gatherRows } from './ops/gather-rows.ts'
import { type Feed, type LossInput, type LossValue, numberCount, type Objective } from './objective.ts'
import { stepsPerCall } from './steps-per-call.ts'
import type { HeldRows, Samples, Values } from './training-data.ts'

export interface TrainStepParts {
  readonly model: Model
  readonly phase: Phase
  readonly heads: readonly HeadInfo[]
  readonly rule: UpdateRule
  readonly samples: Samples
  /** Per head and row. */
  readonly targets: readonly Float64Array[]
  /** All that training may read. */
  readonly rows: readonly number[]
  readonly options: UpdateOptions
  /** What the network's weights were at the start of the run, for an objective that asks for them; absent: none. */
  readonly start?: WeightValues
}

/** With what follows from the training rows. */
interface KnownParts extends TrainStepParts {
  /** Per head: every training row is labelled and counts alike. */
  readonly uniform: readonly boolean[]
}

/** What one update gives back. */
export interface StepResult {
  readonly loss: number
  /** Raw outputs per head, (B, C) or (B, 1). */
  readonly outputs: readonly Float32Array[]
  /** Of the objective, in its order. */
  readonly metrics: readonly number[]
}

/** One batch: its rows, and their values where the step does not hold them. */
export interface StepBatch {
  readonly rows: readonly number[]
  readonly epoch: number
  readonly numbers: StepNumbers
  /** Of the objective's feeds of streams, in their order. The step disposes of them. */
  readonly streams?: readonly (readonly Tensor[])[]
  /** False: its gradients are only collected. */
  readonly isLast: boolean
}

export interface TrainStep {
  /** How many updates `runMany` makes in one call; 1: it is not to be used. */
  readonly stepsPerCall: number
  run(batch: StepBatch, values: Values): StepResult
  /** Updates on full batches whose rows the step holds, one after the other. */
  runMany(batches: readonly StepBatch[]): StepResult[]
  /** The network's raw outputs on some rows, in inference mode. */
  readonly forward: (values: Values) => Float32Array[]
  readonly updater: WeightUpdater
  readonly program: Program
  /** At the end of a phase: weights take over their averages, where averages are kept. */
  settle(): void
  dispose(): void
}

/** Builds the update of a phase and has it compiled. The update is pure tensor code from batch and numbers to the loss, with
 *  new weights, averages and slots assigned: no randomness but the stateless one, no decision that depends on a value. */
export function createTrainStep(lab: ProgramLab, given: TrainStepParts, batchSize: number): TrainStep {
  const uniform = given.heads.map((head, h) => isUniform(head, given.targets[h]!, given.rows))
  const parts: KnownParts = { ...given, uniform }
  const { tf } = lab
  const { model, samples } = parts
  const updater = createUpdater(tf, parts)
  const update = updateOf(tf, parts, updater, true)
  const program = createProgram(lab)
  const held = samples.held === null ? null : holdRows(tf, parts, samples.held)
  const counts = { optimizer: updater.numbers(0, 1).length, objective: numberCount(parts.phase.objective) }
  const single = program.compile('train', (...inputs) => singleStep(update, parts, counts, inputs))
  const collecting = updateOf(tf, parts, updater, false)
  const collect = program.compile('collect', (...inputs) => singleStep(collecting, parts, counts, inputs))
  const forward = program.compile('evaluate', (x) =>
    model.forward(toInput(tf, samples, x!, null), { from: samples.layer, weights: updater.averages }),
  )
  const parameters = updater.trained.reduce((sum, { variable }) => sum + variable.size, 0)
  const hasStreams = (parts.phase.objective?.feeds ?? []).some(({ kind }) => kind === 'stream')
  const each = held === null || hasStreams || parts.options.accumulate > 1 ? 1 : stepsPerCall(parameters, batchSize)
  const many = held === null || each === 1 ? null : program.compile('train', manySteps(tf, update, counts, held))
  return {
    stepsPerCall: each,
    run: (batch, values) => runSingle(tf, batch.isLast ? single : collect, parts, batch, values),
    runMany: (batches) => runMany(tf, many!, parts, samples.held!, batches),
    forward: (values) => runForward(tf, forward, samples.shape, values),
    updater,
    program,
    settle() {
      program.pull()
      for (const { name, variable } of updater.trained) {
        const average = updater.averages.get(name)
        if (average !== undefined) variable.assign(average)
      }
      program.push()
    },
    dispose() {
      program.dispose()
      updater.dispose()
      held?.dispose()
    },
  }
}

interface BatchTensors {
  readonly x: Tensor
  readonly heads: readonly HeadTargets[]
  /** Of the samples' changes; null: none. */
  readonly drawn: readonly Tensor[] | null
  /** Per feed of the objective. */
  readonly feeds: readonly (readonly Tensor[])[]
}

/** Makes one update; gives loss, raw outputs per head, and the objective's metrics. */
type Update = (batch: BatchTensors, scalars: StepScalars) => Tensor[]

function updateOf(tf: Tf, parts: TrainStepParts, updater: WeightUpdater, isLast: boolean): Update {
  const variables = updater.trained.map(({ variable }) => variable)
  const objective = parts.phase.objective ?? SUPERVISED
  return (batch, scalars) => {
    const input = lossInput(tf, parts, batch, scalars)
    const { loss, outputs, metrics = [], gradients } = differentiate(tf, objective, variables, input)
    const numbers = { learningRate: scalars.learningRate, rest: scalars.optimizer }
    if (isLast) updater.apply(gradients, numbers)
    else updater.collect(gradients, numbers)
    return [loss, ...outputs, ...metrics]
  }
}

/** The heads' own losses. */
const SUPERVISED: Objective = {
  loss(_tf, input) {
    const outputs = input.forward()
    return { loss: input.supervised(outputs), outputs }
  },
}

function differentiate(
  tf: Tf,
  objective: Objective,
  variables: Variable[],
  input: LossInput,
): LossValue & { gradients: readonly Tensor[] } {
  if (objective.gradients !== undefined) return objective.gradients(tf, variables, input)
  let outputs: Tensor[] = []
  let metrics: Tensor[] = []
  const { value, grads } = tf.variableGrads(() => {
    const given = objective.loss(tf, input)
    outputs = given.outputs.map((output) => tf.keep(tf.clone(output)))
    metrics = (given.metrics ?? []).map((metric) => tf.keep(tf.clone(metric)))
    return given.loss
  }, variables)
  // A weight that the loss does not depend on has no gradient: it stays, but its optimizer counts the step.
  const gradients = variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape))
  // Kept only across the inner tidy of the gradients: the caller's tidy takes them over.
  return {
    loss: value,
    gradients,
    outputs: outputs.map((output) => release(tf, output)),
    metrics: metrics.map((metric) => release(tf, metric) as Scalar),
  }
}

function release(tf: Tf, kept: Tensor): Tensor {
  const copy = tf.clone(kept)
  kept.dispose()
  return copy
}

/** What an objective sees of one batch. */
function lossInput(tf: Tf, parts: TrainStepParts, batch: BatchTensors, scalars: StepScalars): LossInput {
  const { model, samples, heads, phase } = parts
  const training = { step: scalars.step, layers: phase.trainingMode }
  const x = toInput(tf, samples, batch.x, batch.drawn)
  const targets = heads.map((_, h) => mixedTargets(tf, samples, batch.heads[h]!, batch.drawn))
  const supervisedEach = (outputs: readonly Tensor[]): Scalar[] =>
    heads.map((head, h) => {
      const loss = head.type === 'classification' ? classificationLoss : regressionLoss
      const { target, weight } = targets[h]!
      const value = loss(tf, outputs[h] as Tensor2D, target as Tensor1D | Tensor2D, weight)
      return head.weight === 1 ? value : tf.mul(value, head.weight)
    })
  return {
    x,
    targets,
    feeds: mixedFeeds(tf, parts, batch),
    numbers: scalars.objective,
    step: scalars.step,
    from: samples.layer,
    forward: ({ x: other = x, outputs, isTraining = true, movesAverages = true } = {}) =>
      model.forward(other, {
        from: samples.layer,
        ...(outputs === undefined ? {} : { outputs }),
        ...(isTraining ? { training: { ...training, movesAverages } } : {}),
      }),
    weights: model.weights,
    start: parts.start ?? new Map(),
    supervised: (outputs) => supervisedEach(outputs).reduce((sum, loss) => tf.add(sum, loss)),
    supervisedEach,
  }
}

/** Targets mixed as their samples were. A sample's weight goes with it: t' = mix(w t) / mix(w), w' = mix(w), so that the weighted
 *  cross entropy is the mixture of both, and a partner without a label pulls at nothing. */
function mixedTargets(tf: Tf, { changes }: Samples, head: HeadTargets, drawn: readonly Tensor[] | null): HeadTargets {
  const mix = changes?.mix ?? null
  if (mix === null || drawn === null) return head
  const { target, weight } = head
  if (weight === null) return { target: mix(tf, target, drawn), weight }
  const perRow = (values: Tensor) => (target.rank === 1 ? values : tf.expandDims(values, 1))
  const mixed = mix(tf, weight, drawn) as Tensor1D
  const weighted = mix(tf, tf.mul(target, perRow(weight)), drawn)
  return { target: tf.div(weighted, tf.maximum(perRow(mixed), 1e-12)), weight: mixed }
}

/** Feeds that are targets, mixed as their samples were; the others as they are. */
function mixedFeeds(tf: Tf, { samples, phase }: TrainStepParts, { feeds, drawn }: BatchTensors) {
  const mix = samples.changes?.mix ?? null
  if (mix === null || drawn === null) return feeds
  const given = phase.objective?.feeds ?? []
  return feeds.map((tensors, i) => {
    const feed = given[i]!
    return feed.kind === 'rows' && feed.isMixed === true ? tensors.map((each) => mix(tf, each, drawn)) : tensors
  })
}

/** How many numbers come with each update. */
interface NumberCounts {
  readonly optimizer: number
  readonly objective: number
}

/** Inputs of the compiled update, in order: x, target and weight per head, step, rate, the optimizer's numbers, the objective's, its
 *  feeds of rows and of streams, draws of the samples' changes. */
function singleStep(update: Update, parts: KnownParts, counts: NumberCounts, inputs: readonly Tensor[]): Tensor[] {
  const { heads, samples, phase } = parts
  const rest = [...inputs]
  const x = rest.shift()!
  const targets = heads.map((_, h) => ({
    target: rest.shift()!,
    weight: parts.uniform[h] ? null : (rest.shift() as Tensor1D),
  }))
  const [step, learningRate] = rest.splice(0, 2) as Scalar[]
  const optimizer = rest.splice(0, counts.optimizer) as Scalar[]
  const objective = rest.splice(0, counts.objective) as Scalar[]
  const feeds = (phase.objective?.feeds ?? []).map((feed) => rest.splice(0, feed.kind === 'rows' ? 1 : feed.count))
  const drawn = samples.changes === null ? null : rest
  return update({ x, heads: targets, drawn, feeds }, { step: step!, learningRate: learningRate!, optimizer, objective })
}

function runSingle(
  tf: Tf,
  step: CompiledStep,
  { samples, heads, targets, uniform, phase }: KnownParts,
  { rows, epoch, numbers, streams = [] }: StepBatch,
  values: Values,
): StepResult {
  const labels = heads.map((head, h) => headTargets(tf, head, targets[h]!, rows, uniform[h]!))
  const feeds = feedTensors(tf, phase.objective, rows, streams)
  const inputs = [
    samplesTensor(tf, samples.shape, values),
    ...labels.flatMap(({ target, weight }) => (weight === null ? [target] : [target, weight])),
    tf.scalar(numbers.step, 'int32'),
    tf.scalar(numbers.learningRate),
    ...numbers.optimizer.map((value) => tf.scalar(value)),
    ...numbers.objective.map((value) => tf.scalar(value)),
    ...feeds,
    ...(samples.changes?.draw(
      tf,
      rows,
      rows.map(() => epoch),
    ) ?? []),
  ]
  const [loss, ...others] = take(step(...inputs))
  for (const input of inputs) input.dispose()
  return { loss: loss![0]!, ...splitResults(others, heads.length) }
}

/** Values of feeds for some rows, in the order of the step's inputs. */
function feedTensors(
  tf: Tf,
  objective: Objective | undefined,
  rows: readonly number[],
  streams: readonly (readonly Tensor[])[],
): Tensor[] {
  const left = [...streams]
  return (objective?.feeds ?? []).flatMap((feed) =>
    feed.kind === 'stream' ? (left.shift() ?? []) : [rowsTensor(tf, feed, rows)],
  )
}

function rowsTensor(tf: Tf, { shape, values }: Feed & { kind: 'rows' }, rows: readonly number[]): Tensor {
  const width = shape.reduce((total, value) => total * value, 1)
  const picked = new Float32Array(rows.length * width)
  rows.forEach((row, i) => picked.set(values.subarray(row * width, (row + 1) * width), i * width))
  return tf.tensor(picked, [rows.length, ...shape], 'float32')
}

/** Outputs per head, then the objective's metrics. */
function splitResults(values: readonly Float32Array[], heads: number): Pick<StepResult, 'outputs' | 'metrics'> {
  return { outputs: values.slice(0, heads), metrics: values.slice(heads).map((value) => value[0]!) }
}

/** The training rows, their targets and feeds in the program's own variables. */
interface HeldTensors {
  readonly x: Variable
  readonly heads: readonly { readonly target: Variable; readonly weight: Variable | null }[]
  readonly feeds: readonly Variable[]
  dispose(): void
}

function holdRows(tf: Tf, { samples, heads, targets, uniform, phase }: KnownParts, held: HeldRows): HeldTensors {
  const constant = (tensor: Tensor): Variable => {
    const variable = tf.variable(tensor, false)
    tensor.dispose()
    return variable
  }
  const x = constant(tf.tensor(held.values, [held.count, ...samples.shape], 'float32'))
  const labels = heads.map((head, h) => {
    const { target, weight } = headTargets(tf, head, targets[h]!, held.rows, uniform[h]!)
    return { target: constant(target), weight: weight === null ? null : constant(weight) }
  })
  const feeds = (phase.objective?.feeds ?? []).flatMap((feed) =>
    feed.kind === 'rows' ? [constant(rowsTensor(tf, feed, held.rows))] : [],
  )
  const all = [x, ...feeds, ...labels.flatMap(({ target, weight }) => [target, weight])]
  return { x, heads: labels, feeds, dispose: () => all.forEach((variable) => variable?.dispose()) }
}

/** Inputs: places (K, B), steps (K), rates (K), all numbers of the optimizer and the objective (K, n). Outputs: losses (K), per head
 *  (K, B, C), and per metric (K). All rows are picked in one op; the K parts of its result share their memory with it. */
function manySteps(tf: Tf, update: Update, counts: NumberCounts, held: HeldTensors) {
  return (...[places, steps, rates, numbers]: Tensor[]): Tensor[] => {
    const eachNumbers = numbers === undefined ? null : tf.unstack(numbers)
    const [eachStep, eachRate] = [tf.unstack(steps!), tf.unstack(rates!)] as [Scalar[], Scalar[]]
    const picked = (from: Variable) => tf.unstack(gatherRows(tf, from, places!))
    const x = picked(held.x)
    const labels = held.heads.map(({ target, weight }) => ({
      target: picked(target),
      weight: weight === null ? null : picked(weight),
    }))
    const feeds = held.feeds.map(picked)
    const results = x.map((batch, k) => {
      const own = eachNumbers === null ? [] : (tf.unstack(eachNumbers[k]!) as Scalar[])
      const targets = labels.map(({ target, weight }) => ({
        target: target[k]!,
        weight: weight === null ? null : (weight[k] as Tensor1D),
      }))
      const scalars = {
        step: eachStep[k]!,
        learningRate: eachRate[k]!,
        optimizer: own.slice(0, counts.optimizer),
        objective: own.slice(counts.optimizer),
      }
      return update({ x: batch, heads: targets, drawn: null, feeds: feeds.map((feed) => [feed[k]!]) }, scalars)
    })
    return results[0]!.map((_, i) => tf.stack(results.map((result) => result[i]!)))
  }
}

function runMany(
  tf: Tf,
  step: CompiledStep,
  { heads }: TrainStepParts,
  held: HeldRows,
  batches: readonly StepBatch[],
): StepResult[] {
  const size = batches[0]!.rows.length
  const places = batches.flatMap(({ rows, epoch }) => rows.map((row) => held.place(row, epoch)))
  const numbers = batches.map((batch) => batch.numbers)
  const all = numbers.map(({ optimizer, objective }) => [...optimizer, ...objective])
  const inputs = [
    tf.tensor2d(Int32Array.from(places), [batches.length, size], 'int32'),
    tf.tensor1d(
      Int32Array.from(numbers, ({ step: at }) => at),
      'int32',
    ),
    tf.tensor1d(numbers.map(({ learningRate }) => learningRate)),
    ...(all[0]!.length > 0 ? [tf.tensor2d(all)] : []),
  ]
  const [losses, ...others] = take(step(...inputs))
  for (const input of inputs) input.dispose()
  return batches.map((_, k) => {
    const own = others.map((values) => {
      const width = values.length / batches.length
      return values.subarray(k * width, (k + 1) * width)
    })
    return { loss: losses![k]!, ...splitResults(own, heads.length) }
  })
}

function runForward(tf: Tf, forward: CompiledStep, shape: readonly number[], values: Values): Float32Array[] {
  const x = samplesTensor(tf, shape, values)
  const outputs = take(forward(x))
  x.dispose()
  return outputs
}

/** Values of tensors that nobody needs any more. */
function take(tensors: readonly Tensor[]): Float32Array[] {
  return tensors.map((tensor) => {
    const values = tensor.dataSync<'float32'>()
    tensor.dispose()
    return values
  })
}
