import { GraftError } from '../../../contract/errors.ts'
import type { PlanProblem } from '../../../contract/models.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { block, warn } from '../../plan-problem.ts'
import { classHistogram } from '../common/pseudo-labels/select-pseudo-labels.ts'
import type { UnlabelledPool } from '../common/pseudo-labels/unlabelled-pool.ts'
import type { PreflightContext } from '../strategy.ts'

export interface SelfTrainingSettings {
  readonly select: string
  readonly threshold: number
  readonly calibrate: boolean
  readonly keepBest: boolean
}

/** Few labels of a class say little of it: the first model's guesses are then mostly wrong, and wrong guesses teach themselves. */
const FEW_LABELS = 5

/** What docs/strategies.md lists as traps of self-training and what can be known before anything runs. */
export function selfTrainingProblems(context: PreflightContext, values: SelfTrainingSettings): PlanProblem[] {
  const head = context.heads.find(({ type }) => type === 'classification')
  if (head === undefined) {
    const message = 'Self-training guesses classes. Received: no classification head.'
    return [block('pseudo-no-classes', `${message} Add a head for a column with classes.`)]
  }
  return [
    ...headProblems(context, head.name),
    ...labelProblems(context, head.column),
    ...thresholdProblems(values, head.classes.length),
    ...validationProblems(context, values),
  ]
}

function headProblems({ heads }: PreflightContext, name: string): PlanProblem[] {
  if (heads.length === 1) return []
  const message = `Pseudo-labels are made for "${name}", the first classification head. The others learn from labelled rows only.`
  return [warn('pseudo-one-head', message)]
}

function labelProblems({ dataset, spec }: PreflightContext, column: string): PlanProblem[] {
  const counts = dataset?.classCounts?.[column]
  if (dataset === null || counts === undefined) return []
  const classes = dataset.labelColumns.find(({ name }) => name === column)?.classes ?? []
  const labelled = counts.reduce((sum, count) => sum + count, 0)
  const limit = spec.labelLimit ?? Infinity
  return [
    ...missingClasses({ counts, classes, limit }),
    ...unlabelledProblems({ all: dataset.splitCounts.train, labelled: Math.min(limit, labelled), known: labelled }),
    ...fewLabels({ counts, classes, limit }),
  ]
}

interface Labels {
  readonly counts: readonly number[]
  readonly classes: readonly string[]
  readonly limit: number
}

function missingClasses({ counts, classes, limit }: Labels): PlanProblem[] {
  const missing = classes.filter((_, c) => (counts[c] ?? 0) === 0)
  if (missing.length > 0) {
    const message = `Expected labelled training items of every class. There are none of ${missing.slice(0, 5).join(', ')}: no guess can ever be of that class.`
    return [block('pseudo-class-missing', `${message} Label at least one item of each, or remove the class.`)]
  }
  if (limit >= classes.length) return []
  const fix = { title: `Use ${classes.length} labels`, patch: { labelLimit: classes.length } }
  const message = `Expected at least one label of each of ${classes.length} classes. The label limit leaves ${limit}.`
  return [block('pseudo-class-missing', message, fix)]
}

function unlabelledProblems({ all, labelled, known }: { all: number; labelled: number; known: number }): PlanProblem[] {
  if (all > labelled) return []
  const tenth = Math.max(1, Math.round(known / 10))
  const fix = { title: `Use ${tenth} labels`, patch: { labelLimit: tenth } }
  const message = 'Every training item is labelled: there is nothing to guess.'
  return [block('pseudo-no-unlabelled', `${message} Import unlabelled items, or try it with a label limit.`, fix)]
}

function fewLabels({ counts, classes, limit }: Labels): PlanProblem[] {
  const each = Math.floor(limit / Math.max(1, counts.length))
  const few = classes.filter((_, c) => (counts[c] ?? 0) > 0 && Math.min(counts[c] ?? 0, Math.max(1, each)) < FEW_LABELS)
  if (few.length === 0) return []
  const message = `Fewer than ${FEW_LABELS} labelled training items of ${few.slice(0, 5).join(', ')}: early guesses will often be wrong, and wrong guesses teach themselves. Review them before each round.`
  return [warn('pseudo-few-labels', message, { title: 'Review first', patch: { 'strategy.review': 'before' } })]
}

function thresholdProblems({ select, threshold }: SelfTrainingSettings, classes: number): PlanProblem[] {
  if (select !== 'threshold') return []
  const fix = { title: 'Use 0.95', patch: { 'strategy.threshold': 0.95 } }
  if (threshold >= 1)
    return [block('pseudo-threshold', 'No probability is above a threshold of 1: nothing would be accepted.', fix)]
  if (threshold > 1 / classes) return []
  const message = `The most probable of ${classes} classes always has a probability of at least ${(1 / classes).toFixed(2)}: a threshold of ${threshold} accepts every guess.`
  return [warn('pseudo-threshold', message, fix)]
}

function validationProblems(
  { dataset }: PreflightContext,
  { calibrate, keepBest }: SelfTrainingSettings,
): PlanProblem[] {
  if (dataset === null || dataset.splitCounts.validation > 0 || (!calibrate && !keepBest)) return []
  const message =
    'There is no validation split: confidences are not calibrated, and the last round is kept whatever it is.'
  return [warn('pseudo-no-validation', `${message} Split the dataset with a validation share.`)]
}

/** What only the run itself can see. Throws E_DATASET_UNUSABLE. */
export function requireSamples({ main }: StagedRun, head: number, pool: UnlabelledPool): void {
  const { classes, name } = main.heads[head]!
  const labels = main.data.rows.train.map((row) => main.data.targets[head]![row]!)
  const counts = classHistogram(
    labels.filter((label) => !Number.isNaN(label)),
    classes.length,
  )
  const missing = classes.filter((_, c) => counts[c] === 0)
  if (missing.length > 0) {
    throw new GraftError(
      'E_DATASET_UNUSABLE',
      `Expected labelled training items of every class of "${name}". Received: none of ${missing.slice(0, 5).join(', ')}.`,
      { fix: 'Label at least one item of each class, or raise the label limit.' },
    )
  }
  if (pool.rows.length > 0) return
  const held = pool.held > 0 ? ` (${pool.held} are copies of test or validation items)` : ''
  throw new GraftError('E_DATASET_UNUSABLE', `Expected unlabelled training items. Received: none${held}.`, {
    fix: 'Import unlabelled items, or set a label limit.',
  })
}
