import { GraftError } from '../../contract/errors.ts'
import type { StudyKind, StudySpec } from '../../contract/studies.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import type { PlannedSpec } from '../planning/plan-spec.ts'
import { planRun, recordRun, withSeed } from '../runs/start-run.ts'
import { notifyRuns } from '../runs/notify-run.ts'
import { inTurns } from '../store/in-turns.ts'
import { plural } from '../../base/plural.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { addStudyRun, insertStudy } from '../store/studies-repo.ts'
import { armSpec } from './plan-arm.ts'
import { type PlannedStudy, planStudy } from './plan-study.ts'

const KIND_WORDS: Readonly<Record<StudyKind, string>> = {
  tournament: 'tournament',
  'freeze-sweep': 'freeze sweep',
  'label-efficiency': 'label efficiency',
  search: 'search',
}

/** Records a study and queues its runs: all arms with the first seed, then all with the second, so that a first ranking comes
 *  early. The dataset's version is fixed for all of them. */
export async function startStudy(app: App, wanted: StudySpec): Promise<{ studyId: string }> {
  const session = requireSession(app)
  const planned = await planStudy(app, session, wanted)
  refuseBlocked(planned)
  const study = pinned(wanted, planned)
  const { arms, labelLimits } = planned.plan
  const runs = await inTurns(session.db, planRuns(app, session, { study, arms, labelLimits }))
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
    const tags = [study.name.slice(0, 50)]
    return study.seeds.flatMap((seed) =>
      runs.map(({ arm, labels, name, planned: run }) => {
        const { runId, key: runKey } = recordRun(app, withSeed(run, { seed, name }), { tags })
        addStudyRun(session.db, key, runKey, { arm, labels, seed })
        return runId
      }),
    )
  })
  await notifyRuns(app, session, runIds)
  session.scheduler.wake()
  return { studyId: id }
}

interface StudyRun {
  readonly arm: number
  readonly labels: number | null
  readonly name: string
  readonly planned: PlannedSpec
}

/** Plans each arm at each number of labels once: a seed changes no plan. */
function* planRuns(
  app: App,
  session: Session,
  { study, arms, labelLimits }: { study: StudySpec } & Pick<PlannedStudy['plan'], 'arms' | 'labelLimits'>,
): Piecewise<StudyRun[]> {
  const runs: StudyRun[] = []
  for (const labels of labelLimits) {
    for (const [arm, { label, patch }] of arms.entries()) {
      // What tells runs apart comes first: lists cut long names off.
      const name = `${label}${labels === null ? '' : `, ${plural(labels, 'label')}`} (${study.name})`.slice(0, 200)
      const spec = { ...armSpec(study, patch, { seed: study.seeds[0] ?? 1, labels }), name }
      runs.push({ arm, labels, name, planned: planRun(app, session, spec) })
      yield
    }
  }
  return runs
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
