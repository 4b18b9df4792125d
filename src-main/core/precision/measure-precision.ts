import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { removeIfFree } from '../../base/disk/remove.ts'
import { GraftError } from '../../contract/errors.ts'
import type { PrecisionReport } from '../../contract/precision.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { ChildMessage, MeasurePrecisionJob } from '../../contract/trainer.ts'
import { describeBase } from '../../learning/catalog.ts'
import { runChildJob } from '../background/child-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import { datasetHash, prepareDatasetHash } from '../datasets/dataset-hash.ts'
import { buildManifest, writeManifest } from '../datasets/manifest.ts'
import { learningContext } from '../planning/learning-context.ts'
import { type PlannedSpec, planSpec } from '../planning/plan-spec.ts'
import { keepReport } from '../planning/precision-reports.ts'
import { prepareSpec } from '../planning/prepare-spec.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import { cacheLimit } from '../session/cache-limit.ts'
import type { Session } from '../session/session.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { runsByStatus } from '../store/runs-repo.ts'
import { comparedItems } from './compared-items.ts'

interface Subject {
  readonly planned: PlannedSpec
  readonly dataset: DatasetState
  /** Its title. */
  readonly base: string
  /** The job's own, made here and removed at its end. */
  readonly folder: string
}

/** Measures the precisions of a spec's frozen part in a process of its own and keeps the report. The job's result: { report }. Throws E_RUN_SPEC where
 *  there is no frozen part or the plan cannot be resolved, E_RUN_STATE while a run trains. */
export async function startMeasurePrecision(app: App, spec: ExperimentSpec): Promise<{ jobId: string }> {
  const session = requireSession(app)
  await prepareSpec(session, spec)
  // Which precision the spec names is what is being asked: every one is measured.
  const planned = planSpec(app, session, { ...spec, prefixPrecision: 'float32', labelLimit: null })
  const dataset = refuse(planned)
  const [training] = runsByStatus(session.db, 'running')
  if (training !== undefined) throw busy(training.name)
  const { title } = describeBase(planned.resolved.spec.base, learningContext(app, session, null))
  const subject = { planned, dataset, base: title, folder: join(session.paths.analyses, app.ports.random.id(10)) }
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    try {
      const report = await measure(app, session, subject, handle)
      keepReport(session, planned, report)
      app.events.emit('precision.changed', {})
      return { report }
    } finally {
      removeIfFree(subject.folder)
    }
  }
  return {
    jobId: session.jobs.start('measure-precision', `Measure number formats of ${title} on ${dataset.row.name}`, work)
      .id,
  }
}

async function measure(app: App, session: Session, subject: Subject, handle: JobHandle): Promise<PrecisionReport> {
  let found: Extract<ChildMessage, { type: 'precision-report' }>['report'] | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    signal: handle.signal,
    job: await jobOf(app, session, subject),
    onMessage(message) {
      if (message.type === 'progress') handle.progress(message.done, message.total, message.message)
      if (message.type === 'precision-report') found = message.report
    },
  })
  if (found === null) throw new Error('the measurement ended without an answer')
  const { row } = subject.dataset
  const report: Omit<PrecisionReport, 'measuredAt' | 'dataset' | 'datasetVersion' | 'base'> = found
  return {
    measuredAt: nowText(app),
    dataset: row.name,
    datasetVersion: row.version,
    base: subject.base,
    ...report,
  }
}

async function jobOf(app: App, session: Session, { planned, dataset, folder }: Subject): Promise<MeasurePrecisionJob> {
  const { resolved, plan } = planned
  mkdirSync(folder, { recursive: true })
  await prepareDatasetHash(session.db, dataset)
  const facts = { hash: datasetHash(session.db, dataset), heads: resolved.heads }
  const manifest = join(folder, 'manifest.json')
  await writeManifest(session, manifest, comparedItems(await buildManifest(session, dataset, facts)))
  return {
    kind: 'measure-precision',
    folder,
    cacheFolder: session.paths.cache,
    cacheLimitBytes: cacheLimit(app),
    spec: resolved.spec,
    network: plan.network,
    states: plan.states,
    cachedUpTo: plan.cachedUpTo,
    preprocessing: plan.preprocessing,
    manifest,
    weights: resolved.weights,
    models: {},
    datasets: {},
    threads: availableParallelism(),
  }
}

/** What the measurement cannot do without. How the rest learns does not matter to it. */
const NEEDED =
  /^(dataset|dataset-version|head-.*|base-.*|input-size|no-samples|unknown-layer|cut.*|replace.*|(strategy|optimizer|schedule)-(type|field))$/

function refuse({ plan, dataset }: PlannedSpec): DatasetState {
  const blocking = plan.problems.filter(({ level, code }) => level === 'block' && NEEDED.test(code))
  if (blocking.length > 0) {
    throw new GraftError('E_RUN_SPEC', blocking.map(({ message }) => message).join(' '), {
      fix: blocking[0]!.fix?.title ?? 'Mend the spec; the bench says what is wrong with it.',
      details: { problems: blocking },
    })
  }
  if (dataset === null) throw new Error('a spec without a problem has a dataset')
  if (plan.cachedUpTo !== null) return dataset
  throw new GraftError(
    'E_RUN_SPEC',
    'Expected a spec with a frozen part: a precision is one of layers that are not trained. Received: every layer is trained.',
    { fix: 'Freeze layers, or use feature extraction.' },
  )
}

function busy(run: string): GraftError {
  return new GraftError('E_RUN_STATE', `Expected a computer that trains nothing. Received: ${run} is being trained.`, {
    fix: 'Measure when that run has finished, or pause it: otherwise both are measured together.',
  })
}
