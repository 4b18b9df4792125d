import type { PlanProblem } from '../../contract/models.ts'
import type { StudySpec } from '../../contract/studies.ts'
import type { DatasetState } from '../store/dataset-state.ts'

const VALIDATION = 1

/** A search chooses, and what is chosen on the test split is no longer measured by it. */
export function searchProblems({ kind, metric }: StudySpec, dataset: DatasetState | null): PlanProblem[] {
  if (kind !== 'search') return []
  const block = (message: string): PlanProblem => ({ level: 'block', code: 'search', message, fix: null })
  if (metric !== null && !metric.startsWith('validation.')) {
    return [
      block(
        `A search is judged on the validation split, so that the test split stays a fair judge. Received: ${metric}.`,
      ),
    ]
  }
  if (dataset === null || dataset.split.includes(VALIDATION)) return []
  return [
    block(`A search chooses on the validation split, and “${dataset.row.name}” has none. Give it one (Data, Split).`),
  ]
}
