import type { z } from 'zod'
import type { InspectJob } from '../../contract/trainer.ts'
import { inspectSource } from '../../data/inspect-source.ts'
import type { JobContext } from '../job-context.ts'

/** Says what a source is before it is imported. */
export async function runInspect(job: z.infer<typeof InspectJob>, { send, signal }: JobContext): Promise<void> {
  await send({ type: 'inspection', inspection: await inspectSource(job.source, signal) })
}
