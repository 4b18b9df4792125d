import type { TrainJob } from '../contract/trainer.ts'
import { createStagedRun, type OpenStagedRun } from '../learning/engine/run/create-staged-run.ts'
import type { Variants } from '../learning/plan/job-variants.ts'
import type { JobContext, JobOutcome } from './job-context.ts'
import { createRuntime } from './create-runtime.ts'
import { openRunData } from './open-run-data.ts'
import { readManifest } from './read-manifest.ts'
import { readWeights } from './read-weights.ts'
import type { ThreadPools } from './thread-pools.ts'

export interface StagedRunOptions {
  readonly variants: Variants
  readonly pools: ThreadPools
  /** Refuses a train split without labels. */
  readonly needsLabels: boolean
}

/** Opens a job's samples, starting weights and TensorFlow as a run, works in it, and closes all of it whatever happens. */
export async function withStagedRun(
  job: TrainJob,
  context: JobContext,
  { variants, pools, needsLabels }: StagedRunOptions,
  work: (room: OpenStagedRun) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const runtime = createRuntime(pools, context)
  const manifest = readManifest(job.manifest)
  const base = job.weights === null ? null : await readWeights(job.weights)
  const opened = await openRunData(job, manifest, context, variants.memoryMegabytes * 2 ** 20, needsLabels)
  let room: OpenStagedRun | null = null
  try {
    room = createStagedRun({
      runtime,
      job,
      manifest,
      variants,
      data: opened.data,
      heads: opened.heads,
      base,
      post: (message) => void context.send(message),
      recorded: context.recorded,
      requested: () => context.control.requested,
      open: opened.open,
      readWeights: ({ weights }) => readWeights(weights),
    })
    return await work(room)
  } finally {
    room?.close()
    opened.close()
  }
}
