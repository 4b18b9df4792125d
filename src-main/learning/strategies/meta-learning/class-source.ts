import { samplesTensor, toInput } from '../../engine/data/feed.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor, Tf } from '../../runtime.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { ClassTask } from './draw-tasks.ts'

/** Where the samples of few-shot tasks come from: the dataset itself, or features of the part that stands still, which are then computed
 *  once for all tasks. */
export interface TaskSource {
  /** The layer whose output the samples are; null: the network's input. */
  readonly from: string | null
  readonly normalise: (x: Tensor) => Tensor
  /** (rows, ...shape) */
  tensor(tf: Tf, rows: readonly number[]): Promise<Tensor>
}

/** `rows`: all that tasks may draw. */
export async function openTaskSource(run: StagedRun, rows: readonly number[]): Promise<TaskSource> {
  const { main, context, runtime } = run
  const { cachedUpTo } = context
  if (cachedUpTo === null) {
    const { samples } = main.data
    return {
      from: null,
      normalise: (x) => toInput(runtime.tf, samples, x, null),
      tensor: async (tf, wanted) => samplesTensor(tf, samples.shape, await samples.load(wanted, null)),
    }
  }
  const [features] = await run.outputs(main, rows, { layers: [cachedUpTo], stage: 'features' })
  const shape = inferNetwork(context.network).shapes.get(cachedUpTo)!
  const size = shape.reduce((total, value) => total * value, 1)
  const pick = rowPicker(features!, rows, size)
  return {
    from: cachedUpTo,
    normalise: (x) => x,
    tensor: (tf, wanted) => Promise.resolve(samplesTensor(tf, shape, pick(wanted))),
  }
}

/** Picks rows out of values (rows * width) that are in the order of `rows`. */
export function rowPicker(values: Float32Array, rows: readonly number[], width: number) {
  const places = new Map(rows.map((row, i) => [row, i]))
  return (wanted: readonly number[]): Float32Array => {
    const picked = new Float32Array(wanted.length * width)
    wanted.forEach((row, i) => {
      const place = places.get(row)!
      picked.set(values.subarray(place * width, (place + 1) * width), i * width)
    })
    return picked
  }
}

/** The four tensors of a task; targets are one-hot, class after class. With `isInterleaved` the support's rows are one of each class after
 *  the other, so that every part of them has as many of each. */
export async function classTensors(
  tf: Tf,
  source: TaskSource,
  task: ClassTask,
  { way, isInterleaved = false }: { way: number; isInterleaved?: boolean },
): Promise<{ supportX: Tensor; supportY: Tensor; queryX: Tensor; queryY: Tensor }> {
  const oneHot = (rows: readonly number[], classOf: (place: number) => number) => {
    const classes = Int32Array.from(rows, (_, i) => classOf(i))
    return tf.tidy(() => tf.oneHot(tf.tensor1d(classes, 'int32'), way).toFloat())
  }
  const inOrder = (rows: readonly number[]) => (place: number) => Math.floor((place * way) / rows.length)
  return {
    supportX: await source.tensor(tf, task.support),
    supportY: oneHot(task.support, isInterleaved ? (place) => place % way : inOrder(task.support)),
    queryX: await source.tensor(tf, task.query),
    queryY: oneHot(task.query, inOrder(task.query)),
  }
}
