import type { z } from 'zod'
import { GraftError } from '../../contract/errors.ts'
import type { ExperimentSpec, HeadSpec } from '../../contract/spec.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import { datasetHash } from '../datasets/dataset-hash.ts'
import { trainingWork } from '../planning/estimate-time.ts'
import { type PlannedSpec, planSpec } from '../planning/plan-spec.ts'
import { prepareRun } from '../planning/prepare-spec.ts'
import type { Session } from '../session/session.ts'
import { insertDetails } from '../store/run-details-repo.ts'
import { insertRun, queueEnd } from '../store/runs-repo.ts'
import { runEnvironment } from './training/environment.ts'
import { pinnedVersions } from './training/job-references.ts'
import { notifyRun } from './notify-run.ts'

const COLOURS = 12

/** Checks the spec, records the run, and puts it at the end of the queue. */
export async function startRun(app: App, spec: ExperimentSpec): Promise<{ runId: string }> {
  const session = requireSession(app)
  await prepareRun(session, spec)
  const { runId } = recordRun(app, planRun(app, session, spec))
  notifyRun(app, session, runId)
  session.scheduler.wake()
  return { runId }
}

/** What a run is recorded with. Throws E_RUN_SPEC when it cannot be run. */
export function planRun(app: App, session: Session, spec: ExperimentSpec): PlannedSpec {
  const planned = planSpec(app, session, spec)
  refuseBlocked(planned)
  return planned
}

/** The same run from another seed, under another name: neither changes what is planned. */
export function withSeed(planned: PlannedSpec, { seed, name }: Pick<ExperimentSpec, 'seed' | 'name'>): PlannedSpec {
  return { ...planned, resolved: { ...planned.resolved, spec: { ...planned.resolved.spec, seed, name } } }
}

/** Records a run as queued; who calls it tells and wakes the scheduler once all is recorded. `more`: what its row says beside the
 *  spec. */
export function recordRun(
  app: App,
  planned: PlannedSpec,
  more: { readonly tags?: string[] } = {},
): { runId: string; key: number } {
  const session = requireSession(app)
  const runId = app.ports.random.id(10)
  const key = session.db.transaction(() => {
    const place = { id: runId, queue: queueEnd(session.db, 'back'), tags: JSON.stringify(more.tags ?? []) }
    const run = insertRun(session.db, { ...runRow(app, planned), ...place })
    const { resolved, plan, dataset } = planned
    insertDetails(session.db, run, {
      spec: pinnedSpec(session, planned),
      plan,
      heads: resolved.heads,
      environment: runEnvironment(app.ports.version),
      weightChange: [],
      cache: null,
      weights: resolved.weights,
      modelSha256: null,
      work: dataset === null ? null : trainingWork(dataset, resolved),
    })
    return run
  })
  return { runId, key }
}

function refuseBlocked({ plan }: PlannedSpec): void {
  const blocking = plan.problems.filter((problem) => problem.level === 'block')
  const [first] = blocking
  if (first === undefined) return
  const more = blocking.length === 1 ? '' : ` (and ${blocking.length - 1} more)`
  throw new GraftError('E_RUN_SPEC', `${first.message}${more}`, {
    fix: first.fix?.title ?? 'Change the spec and try again.',
    details: { problems: blocking },
  })
}

/** The spec as it is trained: every default filled in, the datasets' versions and the heads fixed. */
function pinnedSpec(session: Session, { resolved, dataset }: PlannedSpec): ExperimentSpec {
  const heads = resolved.heads.map(({ name, column, type }, index): z.output<typeof HeadSpec> => {
    return { name, column, type, weight: resolved.headWeights[index] ?? 1 }
  })
  const versions = pinnedVersions(session, resolved.spec)
  return {
    ...resolved.spec,
    heads,
    ...(dataset === null ? {} : { datasetVersion: dataset.row.version }),
    ...(versions === undefined ? {} : { versions }),
  }
}

function runRow(app: App, { dataset, resolved, plan }: PlannedSpec) {
  if (dataset === null) throw new Error('a run needs a dataset')
  const { db } = requireSession(app)
  const { spec } = resolved
  const count = db.get<{ count: number }>('SELECT coalesce(max(key), 0) AS count FROM runs')?.count ?? 0
  const base = typeof spec.base === 'string' ? spec.base : spec.base.architecture
  return {
    name: spec.name || `${base}, ${spec.strategy.type}`,
    status: 'queued' as const,
    reason: null,
    created_at: nowText(app),
    started_at: null,
    finished_at: null,
    dataset_id: dataset.row.id,
    dataset_name: dataset.row.name,
    dataset_version: dataset.row.version,
    dataset_hash: datasetHash(db, dataset),
    base,
    strategy: spec.strategy.type,
    seed: spec.seed,
    epochs: spec.epochs,
    epochs_done: 0,
    progress: 0,
    seconds: 0,
    parameters_total: plan.parameters.total,
    parameters_trainable: plan.parameters.trainable,
    parameters_frozen: plan.parameters.frozen,
    parameters_fresh: plan.parameters.fresh,
    starred: 0,
    tags: '[]',
    notes: '',
    colour: count % COLOURS,
  }
}
