import type { Scalar, Tensor, Tensor1D, Tf } from '../../runtime.ts'
import type { CompiledStep } from '../compile/program.ts'
import { headTargets, samplesTensor } from '../data/feed.ts'
import type { Feed, Objective } from './objective.ts'
import type { KnownParts, NumberCounts, StepBatch, StepResult, Update } from './step-parts.ts'
import type { Values } from '../data/training-data.ts'

/** Inputs of the compiled update, in order: x, target and weight per head, step, rate, the optimizer's numbers, the objective's, its
 *  feeds of rows and of streams, draws of the samples' changes. */
export function singleStep(
  update: Update,
  parts: KnownParts,
  counts: NumberCounts,
  inputs: readonly Tensor[],
): Tensor[] {
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

export function runSingle(
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

export function rowsTensor(tf: Tf, { shape, values }: Feed & { kind: 'rows' }, rows: readonly number[]): Tensor {
  const width = shape.reduce((total, value) => total * value, 1)
  const picked = new Float32Array(rows.length * width)
  rows.forEach((row, i) => picked.set(values.subarray(row * width, (row + 1) * width), i * width))
  return tf.tensor(picked, [rows.length, ...shape], 'float32')
}

/** Outputs per head, then the objective's metrics. */
export function splitResults(values: readonly Float32Array[], heads: number): Pick<StepResult, 'outputs' | 'metrics'> {
  return { outputs: values.slice(0, heads), metrics: values.slice(heads).map((value) => value[0]!) }
}

/** Values of tensors that nobody needs any more. */
export function take(tensors: readonly Tensor[]): Float32Array[] {
  return tensors.map((tensor) => {
    const values = tensor.dataSync<'float32'>()
    tensor.dispose()
    return values
  })
}
