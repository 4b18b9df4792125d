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
import type { Model } from './model.ts'
import { gatherRows } from './ops/gather-rows.ts'
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
}

/** One batch: its rows, and their values where the step does not hold them. */
export interface StepBatch {
  readonly rows: readonly number[]
  readonly epoch: number
  readonly numbers: StepNumbers
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
  const single = program.compile('train', (...inputs) => singleStep(update, parts, inputs))
  const collecting = updateOf(tf, parts, updater, false)
  const collect = program.compile('collect', (...inputs) => singleStep(collecting, parts, inputs))
  const forward = program.compile('evaluate', (x) =>
    model.forward(toInput(tf, samples, x!, null), { from: samples.layer, weights: updater.averages }),
  )
  const parameters = updater.trained.reduce((sum, [, weight]) => sum + weight.size, 0)
  const each = held === null || parts.options.accumulate > 1 ? 1 : stepsPerCall(parameters, batchSize)
  const many = held === null || each === 1 ? null : program.compile('train', manySteps(tf, update, parts, held))
  return {
    stepsPerCall: each,
    run: (batch, values) => runSingle(tf, batch.isLast ? single : collect, parts, batch, values),
    runMany: (batches) => runMany(tf, many!, parts, samples.held!, batches),
    forward: (values) => runForward(tf, forward, samples.shape, values),
    updater,
    program,
    settle() {
      program.pull()
      for (const [name, average] of updater.averages) model.weights.get(name)!.assign(average)
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
}

/** Makes one update; gives loss and raw outputs per head. */
type Update = (batch: BatchTensors, scalars: StepScalars) => Tensor[]

function updateOf(tf: Tf, parts: TrainStepParts, updater: WeightUpdater, isLast: boolean): Update {
  const variables = updater.trained.map(([, weight]) => weight)
  return (batch, scalars) => {
    let outputs: Tensor[] = []
    const { value, grads } = tf.variableGrads(() => {
      const forward = lossOf(tf, parts, batch, scalars)
      outputs = forward.outputs.map((output) => tf.keep(tf.clone(output)))
      return forward.loss
    }, variables)
    // A weight that the loss does not depend on has no gradient: it stays, but its optimizer counts the step.
    const gradients = variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape))
    const numbers = { learningRate: scalars.learningRate, rest: scalars.optimizer }
    if (isLast) updater.apply(gradients, numbers)
    else updater.collect(gradients, numbers)
    // Kept only across the inner tidy of the gradients: the caller's tidy takes them over.
    return [value, ...outputs.map((output) => release(tf, output))]
  }
}

function release(tf: Tf, kept: Tensor): Tensor {
  const copy = tf.clone(kept)
  kept.dispose()
  return copy
}

/** Sum over heads of weight * loss. */
function lossOf(tf: Tf, parts: TrainStepParts, batch: BatchTensors, scalars: StepScalars) {
  const { model, samples, heads, phase } = parts
  const training = { step: scalars.step, layers: phase.trainingMode }
  const outputs = model.forward(toInput(tf, samples, batch.x, batch.drawn), { from: samples.layer, training })
  const losses = heads.map((head, h) => {
    const loss = head.type === 'classification' ? classificationLoss : regressionLoss
    const { target, weight } = mixedTargets(tf, samples, batch.heads[h]!, batch.drawn)
    const value = loss(tf, outputs[h] as Tensor2D, target as Tensor1D | Tensor2D, weight)
    return head.weight === 1 ? value : tf.mul(value, head.weight)
  })
  return { outputs, loss: losses.reduce((sum, loss) => tf.add(sum, loss)) as Scalar }
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

/** Inputs of the compiled update, in order: x, target and weight per head, step, rate, the optimizer's numbers, draws. */
function singleStep(update: Update, parts: KnownParts, inputs: readonly Tensor[]): Tensor[] {
  const { heads, samples } = parts
  const [x, ...rest] = inputs
  const targets = heads.map((_, h) => ({
    target: rest.shift()!,
    weight: parts.uniform[h] ? null : (rest.shift() as Tensor1D),
  }))
  const [step, learningRate, ...others] = rest as Scalar[]
  const optimizer = others.filter((tensor) => tensor.rank === 0)
  const drawn = samples.changes === null ? null : others.filter((tensor) => (tensor.rank as number) > 0)
  return update({ x: x!, heads: targets, drawn }, { step: step!, learningRate: learningRate!, optimizer })
}

function runSingle(
  tf: Tf,
  step: CompiledStep,
  { samples, heads, targets, uniform }: KnownParts,
  { rows, epoch, numbers }: StepBatch,
  values: Values,
): StepResult {
  const labels = heads.map((head, h) => headTargets(tf, head, targets[h]!, rows, uniform[h]!))
  const inputs = [
    samplesTensor(tf, samples.shape, values),
    ...labels.flatMap(({ target, weight }) => (weight === null ? [target] : [target, weight])),
    tf.scalar(numbers.step, 'int32'),
    tf.scalar(numbers.learningRate),
    ...numbers.optimizer.map((value) => tf.scalar(value)),
    ...(samples.changes?.draw(
      tf,
      rows,
      rows.map(() => epoch),
    ) ?? []),
  ]
  const [loss, ...outputs] = take(step(...inputs))
  for (const input of inputs) input.dispose()
  return { loss: loss![0]!, outputs }
}

/** The training rows and their targets in the program's own variables. */
interface HeldTensors {
  readonly x: Variable
  readonly heads: readonly { readonly target: Variable; readonly weight: Variable | null }[]
  dispose(): void
}

function holdRows(tf: Tf, { samples, heads, targets, uniform }: KnownParts, held: HeldRows): HeldTensors {
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
  const dispose = () => [x, ...labels.flatMap(({ target, weight }) => [target, weight])].forEach((v) => v?.dispose())
  return { x, heads: labels, dispose }
}

/** Inputs: places (K, B), steps (K), rates (K), the optimizer's numbers (K, n). Outputs: losses (K), and per head (K, B, C). All rows
 *  are picked in one op; the K parts of its result share their memory with it. */
function manySteps(tf: Tf, update: Update, { heads }: TrainStepParts, held: HeldTensors) {
  return (...[places, steps, rates, optimizer]: Tensor[]): Tensor[] => {
    const numbers = optimizer === undefined ? null : tf.unstack(optimizer)
    const [eachStep, eachRate] = [tf.unstack(steps!), tf.unstack(rates!)] as [Scalar[], Scalar[]]
    const picked = (from: Variable) => tf.unstack(gatherRows(tf, from, places!))
    const x = picked(held.x)
    const labels = held.heads.map(({ target, weight }) => ({
      target: picked(target),
      weight: weight === null ? null : picked(weight),
    }))
    const results = x.map((batch, k) => {
      const own = numbers === null ? [] : (tf.unstack(numbers[k]!) as Scalar[])
      const targets = labels.map(({ target, weight }) => ({
        target: target[k]!,
        weight: weight === null ? null : (weight[k] as Tensor1D),
      }))
      const scalars = { step: eachStep[k]!, learningRate: eachRate[k]!, optimizer: own }
      return update({ x: batch, heads: targets, drawn: null }, scalars)
    })
    return [0, ...heads.map((_, h) => h + 1)].map((i) => tf.stack(results.map((result) => result[i]!)))
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
  const count = numbers[0]!.optimizer.length
  const inputs = [
    tf.tensor2d(Int32Array.from(places), [batches.length, size], 'int32'),
    tf.tensor1d(
      Int32Array.from(numbers, ({ step: at }) => at),
      'int32',
    ),
    tf.tensor1d(numbers.map(({ learningRate }) => learningRate)),
    ...(count > 0 ? [tf.tensor2d(numbers.map(({ optimizer }) => [...optimizer]))] : []),
  ]
  const [losses, ...outputs] = take(step(...inputs))
  for (const input of inputs) input.dispose()
  return batches.map((_, k) => ({
    loss: losses![k]!,
    outputs: heads.map((_head, h) => {
      const width = outputs[h]!.length / batches.length
      return outputs[h]!.subarray(k * width, (k + 1) * width)
    }),
  }))
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
