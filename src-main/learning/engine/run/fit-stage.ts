import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Phase } from '../step/phase.ts'
import { readVariables } from '../loop/checkpoint.ts'
import type { RunScope } from './run-scope.ts'
import type { Learner } from './learner.ts'
import { train } from '../loop/train.ts'
import { openPrepare } from './open-prepare.ts'
import { bestWeightsFile, type Session } from '../loop/training.ts'
import type { Samples } from '../data/training-data.ts'
import { type FitOptions, Interrupted } from './staged-run.ts'

/** Trains a learner through its phases, or goes on where its newest checkpoint stands; a stage that is over only reads its
 *  result. */
export async function fitStage(
  scope: RunScope,
  stage: string,
  learner: Learner,
  phases: readonly Phase[],
  options: FitOptions = {},
): Promise<void> {
  const { runtime, job, variants, requested, position, reporter } = scope
  const { spec } = job
  const { model, data } = learner
  const features = openPrepare(scope, learner)
  const end = await train({
    runtime,
    spec,
    model,
    start: learner.start,
    learner: learner.name,
    phases: phases.filter((phase) => phase.epochs > 0),
    rule: options.rule ?? variants.rule,
    rateFactor: variants.rateFactor,
    heads: learner.heads,
    data,
    validationRows: options.validationRows ?? data.rows.validation,
    seed: options.seed ?? spec.seed,
    earlyStopping: options.earlyStopping === undefined ? spec.earlyStopping : options.earlyStopping,
    select: options.select ?? null,
    stopWhen: options.stopWhen ?? null,
    checkpoints: join(job.folder, 'checkpoints', stage),
    resume: true,
    from: { epoch: position.epoch, step: position.step, seconds: position.seconds },
    totalEpochs: scope.totalEpochs,
    reporter,
    requested,
    prepare: features.prepare,
  })
  const { session, interruption } = end
  const { epoch, step, seconds } = session.state
  Object.assign(position, { epoch, step, seconds, phase: phases.at(-1)?.name ?? stage })
  // A stage that was over before brings its samples along as well: features round otherwise than what they come from.
  const samples = end.samples ?? (interruption === null ? await lastSamples(session) : null)
  if (samples !== null) learner.samples = samples
  if (interruption === null || interruption === 'stop') restoreBest(session)
  if (interruption !== null) throw new Interrupted(interruption)
}

async function lastSamples({ phases, state, prepare, reporter, requested }: Session): Promise<Samples | null> {
  const last = phases[state.phase]
  if (last === undefined) return null
  const samples = await prepare(last, reporter)
  if (samples === null) throw new Interrupted(requested() ?? 'cancel')
  return samples
}

/** The weights of the best epoch, where they are asked for. The one place that decides which weights are kept. */
function restoreBest({ runtime, earlyStopping, select, state, checkpoints, trainable, reporter }: Session): void {
  if (select === null && earlyStopping?.restoreBest !== true) return
  const best = bestWeightsFile(checkpoints)
  if (state.best === null || !existsSync(best)) return
  readVariables(runtime.tf, best, trainable)
  reporter.send({ type: 'kept', epoch: state.best.epoch })
}
