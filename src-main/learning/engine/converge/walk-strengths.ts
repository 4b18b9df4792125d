import type { Tf } from '../../runtime.ts'
import { headMetrics } from '../../metrics/head-metrics.ts'
import type { HeadTotals } from '../../metrics/head-totals.ts'
import type { Clock } from '../loop/epoch-clock.ts'
import type { LoopState } from '../loop/loop-state.ts'
import type { Reporter } from '../loop/reporter.ts'
import { fitStrength } from './fit-strength.ts'
import type { HeadSamples } from './head-samples.ts'
import { type HeadWeights, putHead, setVariable } from './head-weights.ts'
import { measureHeads, type MeasureParts } from './measure-heads.ts'
import { bestOf, historyOf, isPathOver, remember } from './strength-history.ts'

export interface ConvergedHead {
  /** Among the learner's heads. */
  readonly place: number
  readonly samples: HeadSamples
  readonly weights: HeadWeights
  /** C of scikit-learn's LogisticRegression, ascending: from the strongest penalty. */
  readonly strengths: readonly number[]
}

export interface Walk {
  readonly tf: Tf
  readonly phase: string
  readonly state: LoopState
  readonly clock: Clock
  readonly reporter: Reporter
  readonly heads: readonly ConvergedHead[]
  readonly measured: MeasureParts
  readonly totalEpochs: number
  readonly save: () => void
}

/** Fits every head at one strength after the other, each from where the one before ended, until more is no better on the validation split; then
 *  each has the weights of its best. Interrupted, heads have the best so far. */
export async function walkStrengths(walk: Walk): Promise<void> {
  const { state, heads, reporter } = walk
  try {
    while (state.stoppedEarlyOf === null) {
      const iterations: (number | null)[] = []
      for (const head of heads) iterations.push(isDue(walk, head) ? await fitHead(walk, head) : null)
      await endStrength(walk, iterations)
    }
  } finally {
    heads.forEach((head) => putBest(walk, head))
  }
  const epochs = new Set(keptEpochs(walk))
  if (epochs.size === 1) reporter.send({ type: 'kept', epoch: state.epoch - state.phaseEpoch + [...epochs][0]! })
}

const historyIn = ({ state }: Walk, { place, strengths }: ConvergedHead) =>
  historyOf(state.sums, place, strengths.length)

const isDue = (walk: Walk, head: ConvergedHead): boolean =>
  walk.state.phaseEpoch < head.strengths.length && !isPathOver(historyIn(walk, head))

/** Answers how many iterations it took. */
async function fitHead(walk: Walk, head: ConvergedHead): Promise<number> {
  const { tf, state, clock, reporter, measured } = walk
  const { samples, weights, place } = head
  const name = walk.heads.length === 1 ? 'train.loss' : `train.${measured.heads[place]!.name}.loss`
  const start = weights.path.dataSync<'float32'>().slice()
  let latest: Float32Array | null = null
  let count = 0
  try {
    const found = await fitStrength(samples, head.strengths[state.phaseEpoch]!, start, (loss, x) => {
      latest = Float32Array.from(x)
      count += 1
      state.step += 1
      state.phaseStep += 1
      clock.tick(samples.count)
      // How many iterations there will be is not known: each is a part of what is left.
      reporter.record({ [name]: loss }, placeOf(walk, count / (count + 10)))
    })
    latest = found.parameters
    setVariable(tf, weights.path, found.parameters)
    return found.iterations
  } finally {
    if (latest !== null) putHead(tf, weights, latest, samples.scale)
  }
}

/** Measures the heads at this strength, keeps what is better than before, and writes the checkpoint. */
async function endStrength(walk: Walk, iterations: readonly (number | null)[]): Promise<void> {
  const { tf, state, heads, clock } = walk
  const found = await measureHeads(walk.measured, heads.map(({ weights }) => weights)) // prettier-ignore
  for (const head of heads) {
    const [count, { place, weights }] = [iterations[head.place]!, head]
    if (count === null) continue
    const figures = figuresOf(walk, found.validation[place]!, place)
    remember(state.sums, place, { strength: state.phaseEpoch, iterations: count, ...figures })
    const isBest = bestOf(historyIn(walk, head))!.strength === state.phaseEpoch
    if (isBest) setVariable(tf, weights.best, weights.path.dataSync<'float32'>())
    else if (isPathOver(historyIn(walk, head))) putBest(walk, head)
  }
  clock.tick(0)
  closeEpoch(walk, found.metrics)
  if (!heads.some((head) => isDue(walk, head))) await closePath(walk)
  walk.save()
}

/** Heads that are best at different strengths were never measured together: that is an epoch of its own. */
async function closePath(walk: Walk): Promise<void> {
  const { state, heads } = walk
  state.stoppedEarlyOf = state.epoch
  if (new Set(keptEpochs(walk)).size === 1) return
  heads.forEach((head) => putBest(walk, head))
  const { metrics } = await measureHeads(walk.measured, heads.map(({ weights }) => weights)) // prettier-ignore
  closeEpoch(walk, metrics)
}

function closeEpoch(walk: Walk, metrics: Record<string, number>): void {
  const { state, reporter, clock } = walk
  const seconds = state.epochSeconds
  Object.assign(state, { epoch: state.epoch + 1, phaseEpoch: state.phaseEpoch + 1, epochSeconds: 0 })
  const { 'train.loss': _loss, ...points } = metrics
  reporter.record(points, placeOf(walk, 0))
  const figures = clock.figures() ?? { samplesPerSecond: null, waitShare: null }
  reporter.send({ type: 'epoch', epoch: state.epoch, seconds, metrics, engine: null, ...figures })
}

function figuresOf({ measured }: Walk, totals: HeadTotals, place: number) {
  const { loss = null, accuracy = null } = headMetrics(totals, measured.heads[place]!) as Partial<
    Record<string, number>
  >
  return { loss, accuracy }
}

/** Counted from 1, within the path: the epoch whose weights each head has in the end. */
function keptEpochs(walk: Walk): number[] {
  return walk.heads.map((head) => (bestOf(historyIn(walk, head))?.strength ?? 0) + 1)
}

function putBest(walk: Walk, head: ConvergedHead): void {
  if (bestOf(historyIn(walk, head)) === null) return
  putHead(walk.tf, head.weights, head.weights.best.dataSync<'float32'>().slice(), head.samples.scale)
}

function placeOf({ state, phase, clock, totalEpochs }: Walk, share: number) {
  const epoch = state.epoch + share
  return {
    phase,
    epoch,
    step: state.step,
    stepsPerEpoch: 0,
    progress: Math.min(1, epoch / Math.max(1, totalEpochs)),
    samplesPerSecond: clock.speed(),
    secondsLeft: null,
    seconds: state.seconds,
  }
}
