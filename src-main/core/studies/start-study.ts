import { GraftError } from '../../contract/errors.ts'
import type { StudySpec } from '../../contract/studies.ts'
import { type App, nowText, requireSession } from '../app.ts'
import type { Session } from '../session.ts'
import { recordRun } from '../services/runs/start-run.ts'
import { tellRun } from '../services/runs/tell-run.ts'
import { addStudyRun, insertStudy, type StudyPlace } from '../store/studies-repo.ts'
import { armSpec } from './plan-arm.ts'
import { type PlannedStudy, planStudy } from './plan-study.ts'

const KIND_WORDS = { tournament: 'tournament', 'freeze-sweep': 'freeze sweep', 'label-efficiency': 'label efficiency' }

/** Records a study and queues its runs: all arms with the first seed, then all with the second, so that a first ranking comes
 *  early. The dataset's version is fixed for all of them. */
export function startStudy(app: App, wanted: StudySpec): { studyId: string } {
  const session = requireSession(app)
  const planned = planStudy(app, session, wanted)
  refuseBlocked(planned)
  const study = pinned(wanted, planned)
  const { arms, labelLimits } = planned.plan
  const id = app.ports.random.id(10)
  // Half a study answers nothing: all of it is recorded or none.
  const runIds = session.db.transaction(() => {
    const key = insertStudy(session.db, {
      id,
      name: study.name,
      kind: study.kind,
      createdAt: nowText(app),
      dataset: { id: planned.dataset?.row.id ?? '', name: planned.dataset?.row.name ?? study.base.dataset },
      spec: study,
      arms,
      facts: planned.facts,
    })
    return study.seeds.flatMap((seed) =>
      labelLimits.flatMap((labels) =>
        [...arms.keys()].map((arm) => queueRun(app, session, { study, key, arms, place: { arm, labels, seed } })),
      ),
    )
  })
  for (const runId of runIds) tellRun(app, session, runId)
  session.scheduler.wake()
  return { studyId: id }
}

interface QueuedRun {
  readonly study: StudySpec
  readonly key: number
  readonly arms: PlannedStudy['plan']['arms']
  readonly place: StudyPlace
}

function queueRun(app: App, session: Session, { study, key, arms, place }: QueuedRun): string {
  const arm = arms[place.arm]
  if (arm === undefined) throw new Error(`the study has no arm ${place.arm}`)
  const labels = place.labels === null ? '' : `, ${place.labels} labels`
  // What tells runs apart comes first: lists cut long names off.
  const name = `${arm.label}${labels} (${study.name})`.slice(0, 200)
  const spec = { ...armSpec(study, arm.patch, place), name }
  const run = recordRun(app, spec, { tags: [study.name.slice(0, 50)] })
  addStudyRun(session.db, key, run.key, place)
  return run.runId
}

/** Named, with all arms written out, on the version that the dataset has now. */
function pinned(study: StudySpec, { plan, dataset }: PlannedStudy): StudySpec {
  return {
    ...study,
    name: study.name || `${dataset?.row.name ?? study.base.dataset}, ${KIND_WORDS[study.kind]}`,
    seeds: [...new Set(study.seeds)],
    labelLimits: study.kind === 'label-efficiency' ? plan.labelLimits : [],
    base: dataset === null ? study.base : { ...study.base, datasetVersion: dataset.row.version },
    arms: plan.arms.map(({ label, patch, baseline }) => ({ label, patch, ...(baseline === null ? {} : { baseline }) })),
  }
}

function refuseBlocked({ plan }: PlannedStudy): void {
  const problem = plan.problems.find((one) => one.level === 'block')
  if (problem === undefined) return
  const inArms = plan.arms.flatMap((arm) => arm.problems).filter((one) => one.level === 'block')
  throw new GraftError('E_RUN_SPEC', problem.message, {
    fix: inArms[0]?.fix?.title ?? 'Change the study and try again.',
    details: { problems: [problem, ...inArms] },
  })
}
