import type { PlanProblem } from '../../contract/models.ts'
import type { PlannedArm, StudyArm, StudyPlan, StudySpec } from '../../contract/studies.ts'
import type { App } from '../session/app.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { Workspace } from '../session/workspace.ts'
import { inTurns } from '../store/in-turns.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import type { StudyFacts } from '../store/studies-repo.ts'
import { baselineOf, missingBaselines } from './baselines.ts'
import { labelLimits } from './label-limits.ts'
import { countLabelled, majorityBaseline } from './majority.ts'
import { type ArmPlan, planArm } from './plan-arm.ts'
import { prepareStudy } from './prepare-study.ts'
import { searchArms } from './search-arms.ts'
import { searchProblems } from './search-problems.ts'
import { sweepArms } from './sweep-arms.ts'

/** Beyond it a mistake is likelier than a wish. */
const MOST_RUNS = 1000

export interface PlannedStudy {
  readonly plan: StudyPlan
  /** The study's own dataset; null: unknown. */
  readonly dataset: DatasetState | null
  readonly facts: StudyFacts
}

/** Writes a study out: arms from presets or blocks, baselines, numbers of labels; what it costs; what is wrong with it. */
export async function planStudy(app: App, workspace: Workspace, study: StudySpec): Promise<PlannedStudy> {
  await prepareStudy(workspace, study)
  return inTurns(workspace.db, planInPieces(app, workspace, study))
}

function* planInPieces(app: App, workspace: Workspace, study: StudySpec): Piecewise<PlannedStudy> {
  const own = ownArms(app, workspace, study)
  const plans: ArmPlan[] = []
  for (const arm of own.arms) {
    plans.push(planArm(app, workspace, study, { arm, isAdded: false }))
    yield
  }
  const missing = missingBaselines(study, plans)
  const added: ArmPlan[] = []
  for (const arm of missing.arms) {
    added.push(planArm(app, workspace, study, { arm, isAdded: true }))
    yield
  }
  const all = [...plans, ...added]
  // Combinations of one search are compared with each other, not with the one that happens to look like a baseline.
  const ownBaseline = (plan: ArmPlan): PlannedArm['baseline'] =>
    study.kind === 'search' && !plan.arm.isAdded ? plan.arm.baseline : baselineOf(plan)
  const arms = uniqueLabels(all.map((plan) => ({ ...plan.arm, baseline: ownBaseline(plan) })))
  const first = all.find(({ planned }) => planned?.dataset != null)?.planned ?? null
  const dataset = first?.dataset ?? null
  const heads = first?.resolved.heads ?? []
  const labelled = dataset === null ? 0 : countLabelled(dataset, heads)
  const limits = labelLimits(study, labelled, heads[0]?.classes.length ?? 0)
  const seeds = new Set(study.seeds).size
  const runs = arms.length * limits.length * seeds
  return {
    dataset,
    facts: {
      labelled,
      majority: dataset === null || !study.baselines.includes('majority') ? null : majorityBaseline(dataset, heads),
    },
    plan: {
      arms,
      labelLimits: limits,
      leftOut: missing.leftOut,
      runs,
      seconds: totalSeconds(arms, seeds * limits.length),
      problems: [...own.problems, ...searchProblems(study, dataset), ...studyProblems(study, arms, runs)],
    },
  }
}

function ownArms(app: App, workspace: Workspace, study: StudySpec): { arms: StudyArm[]; problems: PlanProblem[] } {
  if (study.arms.length > 0) return { arms: study.arms, problems: [] }
  if (study.kind === 'freeze-sweep') return sweepArms(app, workspace, study)
  if (study.kind === 'search') return searchArms(study)
  return { arms: [{ label: '', patch: {} }], problems: [] }
}

/** Two arms of one name could not be told apart in a sentence. */
function uniqueLabels(arms: readonly PlannedArm[]): PlannedArm[] {
  const seen = new Map<string, number>()
  return arms.map((arm) => {
    const count = (seen.get(arm.label) ?? 0) + 1
    seen.set(arm.label, count)
    return count === 1 ? arm : { ...arm, label: `${arm.label} (${count})` }
  })
}

function totalSeconds(arms: readonly PlannedArm[], runsPerArm: number): number | null {
  if (arms.length === 0 || arms.some((arm) => arm.seconds === null)) return null
  return arms.reduce((sum, arm) => sum + (arm.seconds ?? 0), 0) * runsPerArm
}

function studyProblems(study: StudySpec, arms: readonly PlannedArm[], runs: number): PlanProblem[] {
  const problems: PlanProblem[] = []
  const add = (level: PlanProblem['level'], code: string, message: string): void =>
    void problems.push({ level, code, message, fix: null })
  if (runs > MOST_RUNS) add('block', 'study-size', `Expected at most ${MOST_RUNS} runs. Received: ${runs}.`)
  if (new Set(study.seeds).size < study.seeds.length) add('warn', 'seeds', 'A seed that stands twice is taken once.')
  if (new Set(study.seeds).size === 1) {
    add(
      'warn',
      'one-seed',
      'With one seed there is no interval and no test: differences may be chance. Take three or more.',
    )
  }
  const blocked = arms.filter((arm) => arm.problems.some((problem) => problem.level === 'block'))
  if (blocked.length > 0) {
    const names = blocked.map((arm) => `“${arm.label}”`).join(', ')
    add('block', 'arms', `${names} cannot run as planned: ${firstBlock(blocked[0])}`)
  }
  return problems
}

function firstBlock(arm: PlannedArm | undefined): string {
  return arm?.problems.find((problem) => problem.level === 'block')?.message ?? ''
}
