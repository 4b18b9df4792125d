import { GraftError } from '../../contract/errors.ts'
import type { ExhibitOf } from '../../contract/exhibits.ts'
import { requireRun } from '../planning/require-model.ts'
import type { Workspace } from '../session/workspace.ts'
import { listExhibits } from '../store/exhibits-repo.ts'
import { writeReview } from './training/reviews.ts'

/** Keeps the user's decision on a run's suggestions until the run is resumed. Throws E_NOT_FOUND, E_RUN_STATE, E_INPUT. */
export function reviewRun(
  workspace: Workspace,
  { runId, exhibitId, kept }: { runId: string; exhibitId: string; kept: readonly number[] },
): { kept: number; refused: number } {
  const run = requireRun(workspace, runId)
  const exhibits = listExhibits(workspace.db, run.key)
  const found = exhibits.find((exhibit): exhibit is ExhibitOf<'review'> => {
    return exhibit.id === exhibitId && exhibit.kind === 'review'
  })
  if (found === undefined) {
    const known = exhibits.flatMap(({ id, kind }) => (kind === 'review' ? [id] : []))
    throw new GraftError(
      'E_NOT_FOUND',
      `Expected a review of the run. Received: ${exhibitId}. Available: ${known.join(', ') || 'none'}.`,
      { fix: 'Choose one of them.' },
    )
  }
  if (!['paused', 'interrupted'].includes(run.status)) {
    throw new GraftError(
      'E_RUN_STATE',
      `Expected a run that waits for its review. Received: ${run.name}, which is ${run.status}.`,
      {
        fix: 'To make suggestions of a finished run labels of the dataset, accept them there.',
      },
    )
  }
  const suggested = new Set(found.rows.map(({ itemId }) => itemId))
  const unknown = kept.find((id) => !suggested.has(id))
  if (unknown !== undefined) {
    throw new GraftError('E_INPUT', `Expected \`kept\` to hold items of the review. Received: ${unknown}.`, {
      fix: 'Name items of the exhibit’s rows.',
      details: { path: 'kept' },
    })
  }
  const unique = [...new Set(kept)]
  writeReview(workspace.paths.run(run.id), exhibitId, unique)
  return { kept: unique.length, refused: suggested.size - unique.length }
}
