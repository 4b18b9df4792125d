import type { LabelJob } from '../../contract/trainer.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'

/** Prepares the features of every item, then answers questions until it is told to stop. */
export function runLabel(_job: LabelJob, _context: JobContext): Promise<JobOutcome> {
  throw new Error('being built')
}
