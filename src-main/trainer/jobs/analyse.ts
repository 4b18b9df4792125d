import type { AnalyseJob, TrainJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { resolveAnalysis } from '../../learning/analyses/resolve-analysis.ts'
import { resolveVariants } from '../../learning/plan/job-variants.ts'
import { Interrupted } from '../../learning/engine/run/staged-run.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'
import { sharedOperations } from '../thread-pools.ts'
import { withStagedRun } from '../with-staged-run.ts'

/** Runs one analysis in a run as a strategy has it; what it finds and shows goes to the parent, nothing is kept here. */
export function runAnalyse(job: AnalyseJob, context: JobContext): Promise<JobOutcome> {
  return analyse(job, context).catch((error: unknown) => {
    throw explainWriteError(error, job.folder)
  })
}

async function analyse({ analysis, surroundings, ...parts }: AnalyseJob, context: JobContext): Promise<JobOutcome> {
  const job: TrainJob = { ...parts, kind: 'train', runId: 'analysis', resume: false }
  const { row, values } = resolveAnalysis(analysis.type, analysis.params)
  const options = { variants: resolveVariants(job), pools: sharedOperations(job.threads), needsLabels: false }
  return withStagedRun(job, context, options, async ({ run, scope }) => {
    const { words, facts, suggestions } = await row.run(run, values, surroundings)
    scope.reporter.send({
      type: 'finding',
      words,
      facts: { ...facts },
      suggestions: suggestions.map(({ title, patch }) => ({ title, patch: { ...patch } })),
    })
    return 'finished' as const
  }).catch((error: unknown) => {
    if (error instanceof Interrupted) return 'cancelled' as const
    throw error
  })
}
