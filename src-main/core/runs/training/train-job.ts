import { availableParallelism } from 'node:os'
import type { TrainJob } from '../../../contract/trainer.ts'
import type { App } from '../../session/app.ts'
import { cacheLimit } from '../../session/cache-limit.ts'
import { startingWeights } from '../../planning/starting-weights.ts'
import type { Workspace } from '../../session/workspace.ts'
import { readDetails, updateDetails } from '../../store/run-details-repo.ts'
import type { RunRow } from '../../store/runs-repo.ts'
import { readReviews } from './reviews.ts'
import { jobReferences } from './job-references.ts'
import { writeRunManifest } from '../../datasets/manifest.ts'

/** What the trainer process gets to know of a run; writes its manifest. */
export async function trainJob(app: App, workspace: Workspace, run: RunRow): Promise<TrainJob> {
  const { spec, plan, heads, weights, environment } = readDetails(workspace.db, run.key)
  const located = weights === null ? null : startingWeights(app, workspace, spec.base, weights)
  if (located !== null) {
    updateDetails(workspace.db, run.key, { environment: { ...environment, baseWeightsSha256: located.sha256 } })
  }
  return {
    kind: 'train',
    runId: run.id,
    folder: workspace.paths.run(run.id),
    cacheFolder: workspace.paths.cache,
    cacheLimitBytes: cacheLimit(app),
    spec,
    network: plan.network,
    states: plan.states,
    cachedUpTo: plan.cachedUpTo,
    preprocessing: plan.preprocessing,
    manifest: await writeRunManifest(workspace, run, heads),
    weights: located,
    ...(await jobReferences(app, workspace, { spec, heads, folder: workspace.paths.run(run.id) })),
    reviews: readReviews(workspace.paths.run(run.id)),
    resume: run.started_at !== null,
    threads: availableParallelism(),
  }
}
