import type { TrainerJob } from '../../contract/trainer.ts'
import { inspectSource } from '../../data/inspect-source.ts'
import type { JobContext } from '../job-context.ts'

type InspectJob = Extract<TrainerJob, { kind: 'inspect' }>

/** Says what a source is before it is imported. */
export async function runInspect(job: InspectJob, { send, signal }: JobContext): Promise<void> {
  await send({ type: 'inspection', inspection: await inspectSource(job.source, { signal, reading: job.reading }) })
}
