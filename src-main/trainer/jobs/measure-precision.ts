import type { MeasurePrecisionJob, TrainJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { measurePrecisions } from '../../learning/engine/precision/measure-precisions.ts'
import { Interrupted } from '../../learning/engine/run/staged-run.ts'
import { resolveVariants } from '../../learning/plan/job-variants.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'
import { singleOperations } from '../thread-pools.ts'
import { withStagedRun } from '../with-staged-run.ts'

/** How fast the frozen part is in each precision, and how near its features are to float32's; nothing but features is kept. */
export async function runMeasurePrecision(
  { kind: _kind, ...parts }: MeasurePrecisionJob,
  context: JobContext,
): Promise<JobOutcome> {
  const job: TrainJob = { ...parts, kind: 'train', runId: 'precision', resume: false }
  const { cachedUpTo } = job
  if (cachedUpTo === null) throw new Error('a measurement of precisions needs a frozen part')
  const options = { variants: resolveVariants(job), pools: singleOperations(job.threads), needsLabels: false }
  try {
    return await withStagedRun(job, context, options, async ({ run, scope }) => {
      const report = await measurePrecisions(scope, run.main, cachedUpTo)
      scope.reporter.send({ type: 'precision-report', report })
      return 'finished' as const
    })
  } catch (error) {
    if (error instanceof Interrupted) return 'cancelled'
    throw explainWriteError(error, job.folder)
  }
}
