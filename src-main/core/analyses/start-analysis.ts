import { join } from 'node:path'
import { removeIfFree } from '../../base/disk/remove.ts'
import type { AnalysisRecord } from '../../contract/analyses.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Exhibit } from '../../contract/exhibits.ts'
import type { PlanProblem } from '../../contract/models.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { ChildMessage } from '../../contract/trainer.ts'
import { resolveAnalysis } from '../../learning/catalog.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import { runChildJob } from '../background/child-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import { planSpec } from '../planning/plan-spec.ts'
import { prepareSpec } from '../planning/prepare-spec.ts'
import type { Session } from '../session/session.ts'
import { insertAnalysis } from '../store/analyses-repo.ts'
import { analyseJob, type AnalysisPlan } from './analyse-job.ts'

type Finding = Extract<ChildMessage, { type: 'finding' }>

/** Checks what every analysis needs of a spec, and measures in a process of its own. The job's result: { analysisId }. */
export async function startAnalysis(
  app: App,
  input: { type: string; spec: ExperimentSpec; params: Record<string, unknown> },
): Promise<{ jobId: string }> {
  const session = requireSession(app)
  const analysis = resolveAnalysis(input.type, input.params)
  await prepareSpec(session, input.spec)
  const planned = planSpec(app, session, input.spec)
  refuse(planned.plan.problems)
  const { dataset } = planned
  if (dataset === null) throw new Error('a spec without a problem has a dataset')
  const id = app.ports.random.id(10)
  const plan = { planned, dataset, analysis, folder: join(session.paths.analyses, id) }
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    try {
      const record = await measure(app, session, plan, { id, handle })
      insertAnalysis(session.db, record)
    } finally {
      removeIfFree(plan.folder)
    }
    app.events.emit('analyses.changed', { analysisId: id })
    return { analysisId: id }
  }
  return { jobId: session.jobs.start('analyse', `${analysis.row.label} on ${dataset.row.name}`, work).id }
}

/** What no analysis can do without. The strategy's own checks are not among it: an analysis is asked before they are met. */
const NEEDED =
  /^(dataset|dataset-version|head-.*|base-.*|input-size|no-samples|unknown-layer|cut.*|replace.*|new-layer.*|precision|(strategy|optimizer|schedule)-(type|field))$/

function refuse(problems: readonly PlanProblem[]): void {
  const blocking = problems.filter(({ level, code }) => level === 'block' && NEEDED.test(code))
  if (blocking.length === 0) return
  throw new GraftError('E_RUN_SPEC', blocking.map(({ message }) => message).join(' '), {
    fix: blocking[0]!.fix?.title ?? 'Mend the spec; the bench says what is wrong with it.',
    details: { problems: blocking },
  })
}

async function measure(
  app: App,
  session: Session,
  plan: AnalysisPlan,
  { id, handle }: { id: string; handle: JobHandle },
): Promise<AnalysisRecord> {
  const started = app.ports.clock.now()
  const exhibits = new Map<string, Exhibit>()
  let finding: Finding | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    signal: handle.signal,
    job: await analyseJob(app, session, plan),
    onMessage(message) {
      if (message.type === 'progress') handle.progress(message.done, message.total, message.message)
      if (message.type === 'exhibit') exhibits.set(message.exhibit.id, message.exhibit)
      if (message.type === 'finding') finding = message
    },
  })
  if (finding === null) throw new Error('the analysis ended without an answer')
  const { words, facts, suggestions } = finding as Finding
  const { spec } = plan.planned.resolved
  const { row } = plan.dataset
  return {
    id,
    type: plan.analysis.row.type,
    createdAt: nowText(app),
    seconds: (app.ports.clock.now() - started) / 1000,
    dataset: { id: row.id, name: row.name, version: row.version },
    base: typeof spec.base === 'string' ? spec.base : spec.base.architecture,
    words,
    spec,
    params: plan.analysis.values,
    facts,
    suggestions,
    exhibits: [...exhibits.values()],
  }
}
