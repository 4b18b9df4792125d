import { samplesTensor, toInput } from '../engine/feed.ts'
import type { Samples } from '../engine/training-data.ts'
import type { Workshop } from '../engine/workshop.ts'
import type { Tensor, Tf } from '../lab.ts'
import { inferNetwork } from '../network/infer.ts'
import type { ClassTask } from './tasks.ts'

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
export async function openTaskSource(workshop: Workshop, rows: readonly number[]): Promise<TaskSource> {
  const { main, context, lab } = workshop
  const { cachedUpTo } = context
  if (cachedUpTo === null) {
    const { samples } = main.data
    return {
      from: null,
      normalise: (x) => toInput(lab.tf, samples, x, null),
      tensor: async (tf, wanted) => samplesTensor(tf, samples.shape, await loadAll(samples, wanted)),
    }
  }
  const [features] = await workshop.outputs(main, rows, { layers: [cachedUpTo], stage: 'features' })
  const shape = inferNetwork(context.network).shapes.get(cachedUpTo)!
  const places = new Map(rows.map((row, i) => [row, i]))
  const size = shape.reduce((total, value) => total * value, 1)
  return {
    from: cachedUpTo,
    normalise: (x) => x,
    tensor: (tf, wanted) => {
      const values = new Float32Array(wanted.length * size)
      wanted.forEach((row, i) =>
        values.set(features!.subarray(places.get(row)! * size, (places.get(row)! + 1) * size), i * size),
      )
      return Promise.resolve(samplesTensor(tf, shape, values))
    },
  }
}

function loadAll(samples: Samples, rows: readonly number[]) {
  return samples.load(rows, null)
}

/** The four tensors of a task; targets are one-hot, class after class. */
export async function classTensors(
  tf: Tf,
  source: TaskSource,
  task: ClassTask,
  way: number,
): Promise<{ supportX: Tensor; supportY: Tensor; queryX: Tensor; queryY: Tensor }> {
  const oneHot = (rows: readonly number[]) => {
    const each = rows.length / way
    const classes = Int32Array.from(rows, (_, i) => Math.floor(i / each))
    return tf.tidy(() => tf.oneHot(tf.tensor1d(classes, 'int32'), way).toFloat())
  }
  return {
    supportX: await source.tensor(tf, task.support),
    supportY: oneHot(task.support),
    queryX: await source.tensor(tf, task.query),
    queryY: oneHot(task.query),
  }
}
