import { seededRandom, shuffle } from '../../../base/seeded-random.ts'
import type { Samples } from '../../engine/data/training-data.ts'
import { createTrainStep } from '../../engine/step/train-step.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { layersIn, withoutBatchNorm } from '../../strategies/common/reuse/layer-sets.ts'
import { strategies } from '../../strategies/index.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { hasDiverged, rateAt, smoothed } from './learning-rate-test.ts'

export interface RangeTest {
  readonly rates: readonly number[]
  readonly losses: readonly number[]
  readonly smoothed: readonly number[]
  /** The sweep ended early, since the loss had grown to several times its best. */
  readonly isDiverged: boolean
}

/** The last phase of the spec's training, in which everything learns that ever does; of a strategy of several stages the planned network
 *  with all that is not frozen. */
export function sweptPhase({ context, spec }: StagedRun): { phase: Phase; isAfterHead: boolean } {
  const { type, ...given } = spec.strategy
  const row = strategies.find((each) => each.type === type)
  const phases = row?.phases?.(context, row.params.schema.parse(given)) ?? []
  const last = phases.at(-1)
  if (last !== undefined) return { phase: last, isAfterHead: phases.length > 1 }
  const [fresh, reused] = [layersIn(context, 'fresh'), layersIn(context, 'trained')]
  const phase: Phase = {
    name: 'sweep',
    epochs: 1,
    learningRate: context.learningRate,
    trained: new Set([...fresh, ...reused]),
    trainingMode: new Set([...fresh, ...withoutBatchNorm(context, reused)]),
    rateFactor: new Map(),
    cachedUpTo: context.cachedUpTo,
  }
  return { phase, isAfterHead: false }
}

/** Trains with rates from tiny to huge, one step each, on the compiled step of the spec; the weights are then what they were. */
export async function rangeTest(run: StagedRun, phase: Phase, steps: number): Promise<RangeTest> {
  const { main, spec, runtime, rule } = run
  const before = run.weights(main)
  const batches = batchesOf(main.data.rows.train, { size: spec.batchSize, steps, seed: spec.seed })
  const samples = await samplesOf(run, phase.cachedUpTo, batches)
  const options = { gradientClip: spec.gradientClip, accumulate: 1, weightAverage: null }
  const { heads, data, model, start } = main
  const parts = { model, start, phase, heads, rule, samples, targets: data.targets, rows: data.rows.train, options }
  const step = createTrainStep(runtime, parts, spec.batchSize)
  const losses: number[] = []
  try {
    for (const [k, rows] of batches.entries()) {
      const at = { phaseStep: k, phaseSteps: steps, phaseEpoch: 0, phaseEpochs: 1, step: k, epoch: 0, rows }
      const numbers = {
        step: k,
        learningRate: rateAt(k, steps),
        optimizer: step.updater.numbers(k, 1),
        objective: phase.objective?.numbers?.(at) ?? [],
      }
      const values = await samples.load(rows, 0)
      const { loss } = step.run({ rows, epoch: 0, numbers, isLast: true }, values)
      if (!Number.isFinite(loss)) break
      losses.push(loss)
      if (hasDiverged(smoothed(losses))) break
      await run.throwIfInterrupted({ done: k + 1, total: steps, message: 'Trying learning rates' })
    }
  } finally {
    step.program.pull()
    step.dispose()
    run.setWeights(main, before)
  }
  const rates = losses.map((_, k) => rateAt(k, steps))
  return { rates, losses, smoothed: smoothed(losses), isDiverged: losses.length < steps }
}

/** Full batches in random order, again and again over the rows; the rows themselves where they are fewer than a batch. */
function batchesOf(
  rows: readonly number[],
  { size, steps, seed }: { size: number; steps: number; seed: number },
): number[][] {
  const order: number[] = []
  const width = Math.min(size, rows.length)
  for (let round = 0; order.length < steps * width; round++) {
    order.push(...shuffle([...rows], seededRandom(seed, `range test ${round}`)))
  }
  return Array.from({ length: steps }, (_, k) => order.slice(k * width, (k + 1) * width))
}

/** The data's samples, or their features at the cut, each computed once. */
async function samplesOf(
  { main, outputs }: StagedRun,
  cut: string | null,
  batches: readonly number[][],
): Promise<Samples> {
  if (cut === null) return main.data.samples
  const rows = [...new Set(batches.flat())]
  const [features] = await outputs(main, rows, { layers: [cut] })
  const shape = inferNetwork(main.model.network).shapes.get(cut)!
  const width = shape.reduce((total, value) => total * value, 1)
  const places = new Map(rows.map((row, i) => [row, i]))
  const load = (wanted: readonly number[]): Float32Array => {
    const values = new Float32Array(wanted.length * width)
    wanted.forEach((row, i) => {
      const from = places.get(row)! * width
      values.set(features!.subarray(from, from + width), i * width)
    })
    return values
  }
  return { shape, layer: cut, storage: 'float32', normalisation: null, load, changes: null, held: null }
}
