import { join } from 'node:path'
import type { TrainJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { finishRun } from '../../learning/engine/finish-run.ts'
import { initialWeights } from '../../learning/engine/initial-weights.ts'
import { train } from '../../learning/engine/loop.ts'
import { createModel } from '../../learning/engine/model.ts'
import { createPrepare } from '../../learning/engine/prepare.ts'
import { resolveVariants } from '../../learning/engine/resolve-variants.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'
import { createLab } from '../lab.ts'
import { openTrainingData } from '../open-training-data.ts'
import { readManifest } from '../read-manifest.ts'
import { readWeights } from '../read-weights.ts'
import { trainingPools } from '../thread-pools.ts'

/** Trains one run: from its manifest, network and starting weights to checkpoints, metrics, predictions and the model. */
export function runTrain(job: TrainJob, context: JobContext): Promise<JobOutcome> {
  return trainRun(job, context).catch((error: unknown) => {
    throw explainWriteError(error, job.folder)
  })
}

async function trainRun(job: TrainJob, context: JobContext): Promise<JobOutcome> {
  const { spec, network, states } = job
  const variants = resolveVariants(job)
  const lab = createLab(trainingPools(job, variants), context)
  const manifest = readManifest(job.manifest)
  const base = job.weights === null ? null : await readWeights(job.weights)
  const start = initialWeights(network, { states, base, seed: spec.seed })
  const opened = await openTrainingData(job, manifest, context, variants.memoryMegabytes * 2 ** 20)
  const { data, heads } = opened
  const model = createModel(lab.tf, network, start, spec.seed)
  const requested = () => context.control.requested
  const features = createPrepare({ lab, job, model, data, requested, memoryMegabytes: variants.memoryMegabytes })
  try {
    const post = (message: Parameters<JobContext['send']>[0]) => void context.send(message)
    const checkpoints = join(job.folder, 'checkpoints')
    const end = await train({
      lab,
      spec,
      model,
      ...variants,
      heads,
      data,
      checkpoints,
      resume: job.resume,
      post,
      requested,
      prepare: features.prepare,
    })
    if (end.interruption === 'cancel') return 'cancelled'
    if (end.interruption === 'pause') return 'paused'
    return (await finishRun({ job, manifest, start, end })) ?? 'cancelled'
  } finally {
    features.close()
    model.dispose()
    opened.close()
  }
}
