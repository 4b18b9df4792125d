import type { ResolvedPlan } from '../../contract/models.ts'
import { type ResolvedSpec, STAGED_STRATEGIES } from '../../learning/catalog.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { countSplits } from '../datasets/dataset-view.ts'
import type { Workspace } from '../session/workspace.ts'
import type { Db } from '../store/database.ts'

/** Multiply-adds a second in training. Two cores without a graphics card do 6e10 (MobileNetV2 at 96 pixels, 365 images/s) to 1.1e11 (LeNet,
 *  3,150 images/s; docs/benchmarks.md): lower on purpose, until a run of this workspace tells better. */
const TYPICAL_RATE = 4e10
/** What a step costs beside its arithmetic. */
const STEP_SECONDS = 0.004
/** Forward pass, and two products of the same size backward. */
const TRAINING_PASSES = 3
const RECENT_RUNS = 20
/** Of a head that is fitted to convergence: looks at all samples over all strengths of its penalty (5 to 8 of 20 to 100 iterations each), each
 *  forward and back to the weights. */
const EVALUATIONS = 300
const EVALUATION_PASSES = 2

/** Multiply-adds of a whole training: the still part once per image (and augmented copy), the trained part in every epoch. */
export function trainingWork(dataset: DatasetState, resolved: ResolvedSpec): number {
  const { train, validation, test } = countSplits(dataset)
  const { cached, trained } = resolved.multiplyAdds
  const copies = resolved.spec.augment.copies
  const once = cached * (train * copies + validation + test)
  if (isConverged(resolved)) return once + trained * EVALUATIONS * EVALUATION_PASSES * train * (copies + 1)
  return once + trained * resolved.spec.epochs * (TRAINING_PASSES * train + validation)
}

const isConverged = ({ spec }: ResolvedSpec): boolean => spec.strategy['head'] === 'converged'

export function estimateTime(
  workspace: Workspace,
  dataset: DatasetState,
  resolved: ResolvedSpec,
): ResolvedPlan['estimate'] {
  const { train } = countSplits(dataset)
  const steps = isConverged(resolved) ? EVALUATIONS : resolved.spec.epochs * Math.ceil(train / resolved.spec.batchSize)
  const measured = measuredRate(workspace.db, resolved.spec.strategy.type)
  const seconds = trainingWork(dataset, resolved) / (measured?.rate ?? TYPICAL_RATE) + steps * STEP_SECONDS
  const basis =
    measured === null
      ? 'a typical computer; runs of this workspace will make it exact'
      : `${measured.runs} earlier ${measured.runs === 1 ? 'run' : 'runs'} on this workspace`
  return { seconds, basis }
}

/** Multiply-adds a second over the newest finished runs, without their steps' fixed costs. A strategy of several stages is measured by runs of
 *  its own: their seconds are for all stages, so that the planned work stands for them. Where there are none, and for strategies that
 *  train the planned network alone, by runs of the latter. */
export function measuredRate(db: Db, strategy: string): { rate: number; runs: number } | null {
  const own = STAGED_STRATEGIES.includes(strategy) ? rateOf(db, 'r.strategy = ?', [strategy]) : null
  return own ?? rateOf(db, `r.strategy NOT IN (${STAGED_STRATEGIES.map(() => '?').join(', ')})`, STAGED_STRATEGIES)
}

function rateOf(db: Db, condition: string, strategies: readonly string[]): { rate: number; runs: number } | null {
  // Epochs of a staged run are those of all stages: finished, it has done all of its work.
  const rows = db.all<{ work: number; seconds: number; share: number }>(
    `SELECT d.work AS work, r.seconds AS seconds, min(1.0, 1.0 * r.epochs_done / r.epochs) AS share
     FROM runs r JOIN run_details d ON d.run = r.key
     WHERE r.status IN ('finished', 'stopped') AND r.epochs_done > 0 AND r.seconds > 1 AND d.work > 0
       AND coalesce(json_extract(d.spec, '$.strategy.head'), '') <> 'converged' AND ${condition}
     ORDER BY r.key DESC LIMIT ?`,
    ...strategies,
    RECENT_RUNS,
  )
  const work = rows.reduce((sum, row) => sum + row.work * row.share, 0)
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0)
  return seconds === 0 || work === 0 ? null : { rate: work / seconds, runs: rows.length }
}
