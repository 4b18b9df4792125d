import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'
import { createUpdater, type WeightUpdater } from './apply-gradients.ts'
import { type CompiledStep, createProgram, type Program, type ProgramRuntime } from '../compile/program.ts'
import { isUniform, samplesTensor, toInput } from '../data/feed.ts'
import { lossInput } from './loss-input.ts'
import { holdRows, manySteps, runMany } from './many-steps.ts'
import { type LossInput, type LossValue, numberCount, type Objective } from './objective.ts'
import { keptTensors } from '../../ops/kept-tensors.ts'
import { runSingle, singleStep, take } from './single-step.ts'
import type { KnownParts, StepBatch, StepResult, TrainStepParts, Update } from './step-parts.ts'
import { stepsPerCall } from './steps-per-call.ts'
import type { Values } from '../data/training-data.ts'

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
export function createTrainStep(runtime: ProgramRuntime, given: TrainStepParts, batchSize: number): TrainStep {
  const uniform = given.heads.map((head, h) => isUniform(head, given.targets[h]!, given.rows))
  const parts: KnownParts = { ...given, uniform }
  const { tf } = runtime
  const { model, samples } = parts
  const updater = createUpdater(tf, parts)
  const update = updateOf(tf, parts, updater, true)
  const program = createProgram(runtime)
  const counts = { optimizer: updater.numbers(0, 1).length, objective: numberCount(parts.phase.objective) }
  const single = program.compile('train', (...inputs) => singleStep(update, parts, counts, inputs))
  const collecting = updateOf(tf, parts, updater, false)
  const collect = program.compile('collect', (...inputs) => singleStep(collecting, parts, counts, inputs))
  const forward = program.compile('evaluate', (x) =>
    model.forward(toInput(tf, samples, x!, null), { from: samples.layer, weights: updater.averages }),
  )
  const parameters = updater.trained.reduce((sum, { variable }) => sum + variable.size, 0)
  const hasStreams = (parts.phase.objective?.feeds ?? []).some(({ kind }) => kind === 'stream')
  const isSingle = samples.held === null || hasStreams || parts.options.accumulate > 1
  const each = isSingle ? 1 : stepsPerCall(parameters, batchSize)
  const held = samples.held === null || each === 1 ? null : holdRows(tf, parts, samples.held)
  const many = held === null ? null : program.compile('train', manySteps(tf, update, counts, held))
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
  const [outputs, metrics] = [keptTensors(tf), keptTensors(tf)]
  const { value, grads } = tf.variableGrads(() => {
    const given = objective.loss(tf, input)
    outputs.keep(given.outputs)
    metrics.keep(given.metrics ?? [])
    return given.loss
  }, variables)
  // A weight that the loss does not depend on has no gradient: it stays, but its optimizer counts the step.
  const gradients = variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape))
  return { loss: value, gradients, outputs: outputs.release(), metrics: metrics.release() as Scalar[] }
}

function runForward(tf: Tf, forward: CompiledStep, shape: readonly number[], values: Values): Float32Array[] {
  const x = samplesTensor(tf, shape, values)
  const outputs = take(forward(x))
  x.dispose()
  return outputs
}
