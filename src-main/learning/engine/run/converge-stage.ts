import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { openPrepare } from './open-prepare.ts'
import { openHeadWeights } from '../converge/head-weights.ts'
import { openHeadSamples } from '../converge/head-samples.ts'
import { historyOf } from '../converge/strength-history.ts'
import { type ConvergedHead, walkStrengths } from '../converge/walk-strengths.ts'
import { dropWaiting, newestCheckpoint, readVariables, writeCheckpoint } from '../loop/checkpoint.ts'
import { createClock } from '../loop/epoch-clock.ts'
import { startState } from '../loop/loop-state.ts'
import type { Samples } from '../data/training-data.ts'
import type { Learner } from './learner.ts'
import type { RunScope } from './run-scope.ts'
import { type ConvergeOptions, type FittedStrength, Interrupted } from './staged-run.ts'

/** Fits a learner's linear heads on cached features to convergence (converge/walk-strengths.ts): an epoch is a strength of the penalty, a step
 *  an iteration of one head. A checkpoint follows each strength; a run that is interrupted within one begins that one anew, and finds the same
 *  numbers. Answers what each head was worth at each strength. */
export async function convergeStage(
  scope: RunScope,
  stage: string,
  learner: Learner,
  options: ConvergeOptions,
): Promise<FittedStrength[][]> {
  const { runtime, position, reporter } = scope
  const folder = join(scope.job.folder, 'checkpoints', stage)
  mkdirSync(folder, { recursive: true })
  dropWaiting(folder)
  const found = newestCheckpoint(folder)
  const state = found?.state ?? startState([], position)
  const clock = createClock({ runtime, state })
  const between = async (): Promise<void> => {
    await setImmediate()
    const action = askedOf(scope)
    if (action !== null) throw new Interrupted(action)
  }
  const weights = options.layers.map((layer) => openHeadWeights(runtime.tf, learner.model, layer))
  const variables = new Map(weights.flatMap(({ saved }) => [...saved]))
  scope.opened.push({ close: () => variables.forEach((each) => each.dispose()) })
  const save = (): void => {
    const { path, take } = writeCheckpoint(folder, { weights: variables, slots: new Map(), state })
    reporter.send({ type: 'checkpoint', path, epoch: state.epoch, step: state.step })
    void reporter.recorded().then(take)
  }
  if (found === null) save()
  else readVariables(runtime.tf, join(found.path, 'weights.safetensors'), variables)
  const samples = await prepared(scope, learner, options.features)
  learner.samples = samples
  clock.tick(0)
  const heads: ConvergedHead[] = []
  try {
    for (const [place, head] of learner.heads.entries()) {
      const [targets, { train }] = [learner.data.targets[place]!, learner.data.rows]
      const memoryBytes = scope.variants.memoryMegabytes * 2 ** 20
      const parts = { tf: runtime.tf, samples, head, targets, rows: train, memoryBytes, between }
      const strengths = strengthsOf(learner, place, options)
      heads.push({ place, samples: await openHeadSamples(parts), weights: weights[place]!, strengths })
    }
    const { heads: infos, data } = learner
    const batchSize = scope.job.spec.batchSize
    const measured = {
      tf: runtime.tf,
      samples,
      heads: infos,
      targets: data.targets,
      rows: data.rows,
      batchSize,
      between,
    }
    const totalEpochs = scope.totalEpochs
    await walkStrengths({ tf: runtime.tf, phase: stage, state, clock, reporter, heads, measured, totalEpochs, save })
  } finally {
    heads.forEach((head) => head.samples.dispose())
    const { epoch, step, seconds } = state
    Object.assign(position, { epoch, step, seconds, phase: stage })
  }
  return heads.map(({ place, strengths }) =>
    historyOf(state.sums, place, strengths.length).map((found) => ({ ...found, c: strengths[found.strength]! })),
  )
}

/** Of a head whose validation split has no label there is nothing to choose by. */
function strengthsOf({ data }: Learner, place: number, { strengths, unmeasured }: ConvergeOptions) {
  const isMeasured = data.rows.validation.some((row) => !Number.isNaN(data.targets[place]![row]))
  return isMeasured ? strengths : [unmeasured]
}

const askedOf = ({ runtime, requested }: RunScope) => (runtime.signal.aborted ? 'cancel' : requested())

/** Features of all rows, from the cache or computed now. */
async function prepared(scope: RunScope, learner: Learner, layer: string): Promise<Samples> {
  const features = openPrepare(scope, learner)
  const none = new Set<string>()
  const phase = { name: '', epochs: 0, learningRate: 0, trained: none, trainingMode: none, rateFactor: new Map() }
  const samples = await features.prepare({ ...phase, cachedUpTo: layer }, scope.reporter)
  if (samples === null) throw new Interrupted(askedOf(scope) ?? 'cancel')
  return samples
}
