import { GraftError } from '../../contract/errors.ts'
import type { PlanProblem } from '../../contract/models.ts'
import { ExperimentSpec } from '../../contract/spec.ts'
import type { PlannedArm, StudyArm, StudySpec } from '../../contract/studies.ts'
import { catalog } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import { inputError } from '../errors/input-error.ts'
import { type PlannedSpec, planSpec } from '../planning/plan-spec.ts'
import type { Workspace } from '../session/workspace.ts'
import { patchSpec } from '../../contract/patch-spec.ts'

/** An arm with the spec that it means. */
export interface ArmPlan {
  readonly arm: PlannedArm
  /** null: it does not make a spec. */
  readonly planned: PlannedSpec | null
}

/** Where a spec lies in its study. */
export interface ArmPlace {
  readonly seed: number
  readonly labels: number | null
}

/** The spec that an arm runs: the base, the arm's changes, the budget, and its place. */
export function armSpec(study: StudySpec, patch: PlannedArm['patch'], place: ArmPlace): ExperimentSpec {
  const changed = patchSpec(study.base, patch)
  // The version belongs to the base's dataset.
  if ('dataset' in patch && !('datasetVersion' in patch)) delete changed['datasetVersion']
  const limit = study.kind === 'label-efficiency' ? { labelLimit: place.labels } : {}
  const spec = ExperimentSpec.parse({ ...changed, ...limit, seed: place.seed, epochs: study.budget.epochs })
  return { ...spec, strategy: { ...alreadyThere(study, spec.strategy.type), ...spec.strategy } }
}

/** The source alone is an arm of its own: trained by DANN too, it would only count as that arm's time. An arm that asks for it keeps it. */
function alreadyThere({ baselines }: StudySpec, type: string): Record<string, unknown> {
  return type === 'dann' && baselines.includes('source-only') ? { compareSourceOnly: false } : {}
}

/** Never throws for a bad arm: its problems say it. */
export function planArm(
  app: App,
  workspace: Workspace,
  study: StudySpec,
  { arm, isAdded }: { arm: StudyArm; isAdded: boolean },
): ArmPlan {
  const { patch, label, problems } = writtenOut(arm)
  const place = { seed: study.seeds[0] ?? 1, labels: null }
  const attempt = attemptPlan(() => planSpec(app, workspace, armSpec(study, patch, place)))
  const { planned } = attempt
  const type = planned?.resolved.spec.strategy.type ?? strategyType(study, patch)
  const seconds = planned?.plan.estimate?.seconds ?? null
  const limit = study.budget.kind === 'seconds' ? study.budget.seconds : Infinity
  return {
    planned,
    arm: {
      label: label || strategyLabel(type),
      patch,
      baseline: arm.baseline ?? null,
      isAdded,
      strategy: type,
      parameters: {
        total: planned?.plan.parameters.total ?? 0,
        trainable: planned?.plan.parameters.trainable ?? 0,
      },
      seconds: seconds === null ? null : Math.min(seconds, limit),
      problems: [...problems, ...attempt.problems, ...(planned?.plan.problems ?? [])],
    },
  }
}

function writtenOut(arm: StudyArm): { patch: PlannedArm['patch']; label: string; problems: PlanProblem[] } {
  if (arm.preset === undefined) return { patch: arm.patch, label: arm.label, problems: [] }
  const presets = catalog().presets
  const preset = presets.find((one) => one.id === arm.preset)
  if (preset === undefined) {
    const names = presets.map((one) => one.id).join(', ')
    const message = `Expected \`preset\` to be one of ${names}. Received: ${arm.preset}.`
    return { patch: arm.patch, label: arm.label, problems: [{ level: 'block', code: 'preset', message, fix: null }] }
  }
  return { patch: { ...preset.patch, ...arm.patch }, label: arm.label || preset.label, problems: [] }
}

function attemptPlan(work: () => PlannedSpec): { planned: PlannedSpec | null; problems: PlanProblem[] } {
  try {
    return { planned: work(), problems: [] }
  } catch (error) {
    const known = error instanceof GraftError ? error : specError(error)
    if (known === null) throw error
    return { planned: null, problems: [{ level: 'block', code: 'arm', message: known.message, fix: null }] }
  }
}

/** A patch that makes no spec: what zod says of it, as a sentence. */
function specError(error: unknown): GraftError | null {
  const issues = (error as { issues?: unknown }).issues
  return Array.isArray(issues) ? inputError(issues as never, {}) : null
}

function strategyType(study: StudySpec, patch: PlannedArm['patch']): string {
  const changed = (patchSpec(study.base, patch)['strategy'] as { type?: unknown } | undefined)?.type
  return typeof changed === 'string' ? changed : study.base.strategy.type
}

export function strategyLabel(type: string): string {
  return catalog().strategies.find((one) => one.type === type)?.label ?? type
}
