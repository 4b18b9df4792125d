import type { PlanProblem, ResolvedPlan } from '../../contract/models.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { type ResolvedSpec, resolveSpec } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import { stateAt } from '../datasets/change.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { Workspace } from '../session/workspace.ts'
import { estimateTime } from './estimate-time.ts'
import { learningContext } from './learning-context.ts'
import { precisionProblems } from './precision-problems.ts'

export interface PlannedSpec {
  /** null: the spec's dataset is unknown. */
  readonly dataset: DatasetState | null
  readonly resolved: ResolvedSpec
  readonly plan: ResolvedPlan
}

/** Resolves a spec against the workspace. What is wrong stands in `plan.problems`; only an unknown base throws. */
export function planSpec(app: App, workspace: Workspace, spec: ExperimentSpec): PlannedSpec {
  const { dataset, problem } = datasetOf(workspace, spec)
  const resolved = resolveSpec(spec, learningContext(app, workspace, dataset))
  const found = problem === null ? [] : [problem]
  const problems = [...found, ...precisionProblems(workspace, { dataset, resolved }), ...resolved.problems]
  const estimate = dataset === null ? null : estimateTime(workspace, dataset, resolved)
  return { dataset, resolved, plan: { ...resolved.plan, problems, estimate } }
}

function datasetOf(
  workspace: Workspace,
  spec: ExperimentSpec,
): { dataset: DatasetState | null; problem: PlanProblem | null } {
  const newest = workspace.datasets.find(spec.dataset)
  if (newest === null) {
    const names = workspace.datasets.list().map((state) => state.row.name)
    const [first] = names
    const fix = first === undefined ? null : { title: `Use ${first}`, patch: { dataset: first } }
    const available = names.join(', ') || 'none yet'
    const message = `Expected a dataset of the workspace. Received: ${spec.dataset}. Available: ${available}.`
    return { dataset: null, problem: { level: 'block', code: 'dataset', message, fix } }
  }
  const wanted = spec.datasetVersion ?? newest.row.version
  if (wanted > newest.row.version) {
    const message = `Expected a version of ${newest.row.name} from 1 to ${newest.row.version}. Received: ${wanted}.`
    const fix = { title: 'Use the newest version', patch: { datasetVersion: newest.row.version } }
    return { dataset: newest, problem: { level: 'block', code: 'dataset-version', message, fix } }
  }
  return { dataset: stateAt(workspace.db, newest, wanted), problem: null }
}
