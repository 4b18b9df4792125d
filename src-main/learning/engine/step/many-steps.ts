import type { Scalar, Tensor, Tensor1D, Tf, Variable } from '../../runtime.ts'
import type { CompiledStep } from '../compile/program.ts'
import { headTargets } from '../data/feed.ts'
import { gatherRows } from '../../ops/gather-rows.ts'
import { rowsTensor, splitResults, take } from './single-step.ts'
import type { KnownParts, NumberCounts, StepBatch, StepResult, TrainStepParts, Update } from './step-parts.ts'
import type { HeldRows } from '../data/training-data.ts'

/** The training rows, their targets and feeds in the program's own variables. */
export interface HeldTensors {
  readonly x: Variable
  readonly heads: readonly { readonly target: Variable; readonly weight: Variable | null }[]
  readonly feeds: readonly Variable[]
  dispose(): void
}

export function holdRows(tf: Tf, { samples, heads, targets, uniform, phase }: KnownParts, held: HeldRows): HeldTensors {
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
export function manySteps(tf: Tf, update: Update, counts: NumberCounts, held: HeldTensors) {
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

export function runMany(
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
