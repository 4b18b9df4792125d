import type { TrainJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import type { OpenStagedRun } from '../../learning/engine/run/create-staged-run.ts'
import { finishRun } from '../../learning/engine/run/save-results.ts'
import type { Learner } from '../../learning/engine/run/learner.ts'
import { resolveVariants, type Variants } from '../../learning/plan/job-variants.ts'
import { Interrupted, type StagedRun } from '../../learning/engine/run/staged-run.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'
import { trainingPools } from '../thread-pools.ts'
import { withStagedRun } from '../with-staged-run.ts'

/** Trains one run: from its manifest, network and starting weights to checkpoints, metrics, exhibits, predictions and the model. */
export function runTrain(job: TrainJob, context: JobContext): Promise<JobOutcome> {
  return trainRun(job, context).catch((error: unknown) => {
    throw explainWriteError(error, job.folder)
  })
}

async function trainRun(job: TrainJob, context: JobContext): Promise<JobOutcome> {
  const variants = resolveVariants(job)
  const { row, values } = variants.strategy
  const needsLabels = row.needsLabels?.(values) ?? true
  const options = { variants, pools: trainingPools(job, variants), needsLabels }
  return withStagedRun(job, context, options, (room) => work(room, job, variants))
}

/** Runs the strategy and keeps what it answers; a stop keeps what there is. */
async function work(room: OpenStagedRun, job: TrainJob, variants: Variants): Promise<JobOutcome> {
  let learner: Learner
  let isStopped = false
  try {
    learner = await runStrategy(room.run, variants)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    if (error.action !== 'stop') return error.action === 'pause' ? 'paused' : 'cancelled'
    isStopped = true
    learner = room.kept()
  }
  if (!(await finishRun(room.scope, job, learner))) return 'cancelled'
  return isStopped ? 'stopped' : 'finished'
}

async function runStrategy(run: StagedRun, { strategy, phases, script }: Variants): Promise<Learner> {
  const { row, values } = strategy
  if (script !== null) return script.run(run)
  if (row.run !== undefined) return row.run(run, values)
  run.expect((phases ?? []).reduce((sum, { epochs }) => sum + epochs, 0))
  await run.fit('main', run.main, phases ?? [])
  return run.main
}
