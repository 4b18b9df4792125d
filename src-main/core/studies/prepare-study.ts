import type { ExperimentSpec } from '../../contract/spec.ts'
import type { StudySpec } from '../../contract/studies.ts'
import { prepareRun } from '../planning/prepare-spec.ts'
import type { Workspace } from '../session/workspace.ts'
import { armSpec } from './plan-arm.ts'

/** Computes what the arms of a study ask of their datasets, in pieces. */
export async function prepareStudy(workspace: Workspace, study: StudySpec): Promise<void> {
  const patches = study.arms.length === 0 ? [{}] : study.arms.map(({ patch }) => patch)
  for (const patch of patches) {
    const spec = specOf(study, patch)
    if (spec !== null) await prepareRun(workspace, spec)
  }
}

/** null: the patch makes none, which planArm says. */
function specOf(study: StudySpec, patch: StudySpec['arms'][number]['patch']): ExperimentSpec | null {
  try {
    return armSpec(study, patch, { seed: study.seeds[0] ?? 1, labels: null })
  } catch {
    return null
  }
}
