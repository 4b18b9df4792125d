import type { Tensor2D, Tf } from '../../runtime.ts'
import { addBlockLoss, type LinearLoss, type LossSum, type SampleBlock } from '../../probes/linear-loss.ts'
import {
  addColumns,
  addSquares,
  type Standardisation,
  standardisationOf,
  standardise,
} from '../../probes/standard-rows.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import { headTargets } from '../data/feed.ts'
import type { Samples } from '../data/training-data.ts'

/** Labelled features of one head, in blocks; held as tensors, or read again for each evaluation where memory is short. Either way gives the
 *  same numbers. */
export interface HeadSamples {
  readonly scale: Standardisation
  /** Samples without their augmented copies. */
  readonly count: number
  readonly loss: LinearLoss
  /** Outputs. */
  readonly width: number
  /** Outputs over which the head's loss is a mean, not a sum: those of tags. */
  readonly means: number
  /** Sum of all samples' weights. */
  readonly weight: number
  /** Losses and gradients of all samples at some parameters, added up. */
  evaluate(parameters: Float64Array): Promise<LossSum>
  dispose(): void
}

export interface HeadSamplesParts {
  readonly tf: Tf
  readonly samples: Samples
  readonly head: HeadInfo
  /** Per row. */
  readonly targets: Float64Array
  /** Rows to learn from; those without a label are left out. */
  readonly rows: readonly number[]
  readonly memoryBytes: number
  /** Awaited between blocks. */
  readonly between: () => Promise<void>
}

const BLOCK = 4096

const LOSS_OF: Readonly<Record<HeadInfo['type'], LinearLoss>> = {
  classification: 'softmax',
  tags: 'sigmoids',
  regression: 'squares',
}

interface Block {
  readonly rows: readonly number[]
  readonly copy: number
}

export async function openHeadSamples(parts: HeadSamplesParts): Promise<HeadSamples> {
  const { tf, samples, head, targets, between } = parts
  const [columns] = samples.shape as [number]
  const labelled = parts.rows.filter((row) => !Number.isNaN(targets[row]))
  const blocks = blocksOf(labelled, samples.copies?.count ?? 0)
  const load = async ({ rows, copy }: Block): Promise<Float32Array> => {
    await between()
    return (copy === 0 ? await samples.load(rows, null) : await samples.copies!.load(rows, copy)) as Float32Array
  }
  const entries = blocks.reduce((sum, { rows }) => sum + rows.length, 0)
  const scale = await scaleOf(blocks, load, entries, columns)
  const open = async (block: Block): Promise<SampleBlock> => {
    const values = standardise(await load(block), scale)
    return { x: tf.tensor2d(values, [block.rows.length, columns]), ...targetsOf(tf, head, block.rows, targets) }
  }
  // Beside the features themselves.
  const loss = LOSS_OF[head.type]
  const isHeld = entries * columns * 4 * 2 <= parts.memoryBytes
  const held: SampleBlock[] = []
  try {
    if (isHeld) for (const block of blocks) held.push(await open(block))
  } catch (error) {
    held.forEach((block) => disposeOf(tf, block))
    throw error
  }
  const weightOf = (row: number) => (head.type === 'classification' ? (head.classWeights[targets[row]!] ?? 1) : 1)
  const weights = labelled.reduce((sum, row) => sum + weightOf(row), 0)
  return {
    scale,
    count: labelled.length,
    loss,
    width: head.type === 'regression' ? 1 : head.classes.length,
    means: head.type === 'tags' ? head.classes.length : 1,
    weight: weights * (entries / Math.max(1, labelled.length)),
    async evaluate(parameters) {
      const sum = { value: 0, gradient: new Float64Array(parameters.length) }
      for (const [i, block] of blocks.entries()) {
        const opened = held[i] ?? (await open(block))
        addBlockLoss(tf, opened, parameters, loss, sum)
        if (isHeld) await between()
        else disposeOf(tf, opened)
      }
      return sum
    },
    dispose: () => held.forEach((block) => disposeOf(tf, block)),
  }
}

function disposeOf(tf: Tf, { x, targets, weights, positive = null }: SampleBlock): void {
  tf.dispose([x, targets, weights, positive].filter((tensor) => tensor !== null))
}

/** Every row as it is, then every augmented copy of it. */
function blocksOf(rows: readonly number[], copies: number): Block[] {
  const starts = Array.from({ length: Math.ceil(rows.length / BLOCK) }, (_, i) => i * BLOCK)
  return Array.from({ length: copies + 1 }, (_, copy) =>
    starts.map((start) => ({ rows: rows.slice(start, start + BLOCK), copy })),
  ).flat()
}

async function scaleOf(
  blocks: readonly Block[],
  load: (block: Block) => Promise<Float32Array>,
  entries: number,
  columns: number,
): Promise<Standardisation> {
  const sums = new Float64Array(columns)
  for (const block of blocks) addColumns(sums, await load(block))
  const mean = sums.map((sum) => sum / Math.max(1, entries))
  const squares = new Float64Array(columns)
  for (const block of blocks) addSquares(squares, await load(block), mean)
  return standardisationOf(mean, squares, Math.max(1, entries))
}

/** As in training by steps: shares of the classes, smoothed, with the weights of their classes; or numbers in standard deviations of the
 *  train split. */
function targetsOf(tf: Tf, head: HeadInfo, rows: readonly number[], targets: Float64Array) {
  const isTags = head.type === 'tags'
  const { target, weight } = headTargets(tf, head, targets, rows, isTags || head.classWeights.length === 0)
  const flat = tf.tidy(() => tf.reshape(target, [rows.length, target.size / rows.length]) as Tensor2D)
  target.dispose()
  const positive = isTags && head.classWeights.length > 0 ? tf.tensor1d([...head.classWeights]) : null
  return { targets: flat, weights: weight, positive }
}
