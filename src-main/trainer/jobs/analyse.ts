import type { AnalyseJob, ChildMessage, TrainJob } from '../../contract/trainer.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { resolveAnalysis } from '../../learning/analyses/resolve-analysis.ts'
import { createWorkshop, type OpenWorkshop } from '../../learning/engine/create-workshop.ts'
import { resolveVariants } from '../../learning/engine/resolve-variants.ts'
import { Interrupted } from '../../learning/engine/workshop.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'
import { createLab } from '../lab.ts'
import { openWorkshopData } from '../open-workshop-data.ts'
import { readManifest } from '../read-manifest.ts'
import { readWeights } from '../read-weights.ts'
import { sharedOperations } from '../thread-pools.ts'

/** Runs one analysis in a workshop as a strategy has it; what it finds and shows goes to the parent, nothing is kept here. */
export function runAnalyse(job: AnalyseJob, context: JobContext): Promise<JobOutcome> {
  return analyse(job, context).catch((error: unknown) => {
    throw explainWriteError(error, job.folder)
  })
}

async function analyse({ analysis, surroundings, ...parts }: AnalyseJob, context: JobContext): Promise<JobOutcome> {
  const job: TrainJob = { ...parts, kind: 'train', runId: 'analysis', resume: false }
  const { row, values } = resolveAnalysis(analysis.type, analysis.params)
  const variants = resolveVariants(job)
  const lab = createLab(sharedOperations(job.threads), context)
  const manifest = readManifest(job.manifest)
  const base = job.weights === null ? null : await readWeights(job.weights)
  const opened = await openWorkshopData(job, manifest, context, variants.memoryMegabytes * 2 ** 20, false)
  let room: OpenWorkshop | null = null
  try {
    room = createWorkshop({
      lab,
      job,
      manifest,
      variants,
      data: opened.data,
      heads: opened.heads,
      base,
      post: (message: ChildMessage) => void context.send(message),
      requested: () => context.control.requested,
      open: opened.open,
      readWeights: ({ weights }) => readWeights(weights),
    })
    const { words, facts, suggestions } = await row.run(room.workshop, values, surroundings)
    room.bench.reporter.send({
      type: 'finding',
      words,
      facts: { ...facts },
      suggestions: suggestions.map(({ title, patch }) => ({ title, patch: { ...patch } })),
    })
    return 'finished'
  } catch (error) {
    if (error instanceof Interrupted) return 'cancelled'
    throw error
  } finally {
    room?.close()
    opened.close()
  }
}
