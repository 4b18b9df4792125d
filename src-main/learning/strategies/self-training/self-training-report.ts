import { percent } from '../../../base/percent.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import {
  doubtWords,
  histogramExhibit,
  historyExhibit,
  reviewExhibit,
  type RoundResult,
  SUPERVISED,
} from './history-exhibits.ts'
import { classHistogram, selectionDoubts, type SelectionRule } from '../common/pseudo-labels/select-pseudo-labels.ts'
import { type Round, roundHistogram } from './self-training-round.ts'
import type { UnlabelledPool } from '../common/pseudo-labels/unlabelled-pool.ts'

export interface TrainingHistory {
  readonly head: number
  readonly pool: UnlabelledPool
  readonly results: readonly RoundResult[]
  /** Every look at the unlabelled rows, one without pseudo-labels too. */
  readonly rounds: readonly Round[]
  readonly kept: number
  readonly rule: SelectionRule
  readonly review: string
}

/** Shows what self-training did, and records the figures of the model that is kept and of the baseline. */
export function showHistory(run: StagedRun, history: TrainingHistory): void {
  const { main } = run
  const { head, results, kept, rounds } = history
  const { classes } = main.heads[head]!
  const labels = main.data.rows.train.map((row) => main.data.targets[head]![row]!)
  const known = labels.filter((label) => !Number.isNaN(label))
  const labelled = classHistogram(known, classes.length)
  const doubts = doubtsOf(history, { labelled, classes })
  const verdict = verdictOf(results, kept)
  run.exhibit(
    historyExhibit({
      results,
      kept,
      labelled: known.length,
      knowsTruth: main.data.hiddenTargets !== null,
      words: [verdict.words, ...doubts].join(' '),
      isWarning: verdict.isWorse || doubts.length > 0,
    }),
  )
  if (rounds.length > 0) run.exhibit(histogramExhibit(rounds, { labelled, classes }))
  showReview(run, history)
  record(run, results, kept)
}

function doubtsOf(
  { rounds, rule, pool }: TrainingHistory,
  { labelled, classes }: { labelled: readonly number[]; classes: readonly string[] },
): string[] {
  const last = rounds.at(-1)
  const copies =
    pool.held > 0 ? [`${pool.held} unlabelled items were left out: they are copies of test or validation items.`] : []
  if (last === undefined) return copies
  const found = selectionDoubts(roundHistogram(last, classes.length), { offered: last.offered, labelled, rule })
  return [...doubtWords(found, last, classes), ...copies]
}

/** Said of the validation split; of the test split where there is none. */
function verdictOf(results: readonly RoundResult[], kept: number): { words: string; isWorse: boolean } {
  const valueOf = ({ validation, test }: RoundResult) => validation ?? test
  const own = results[kept]!
  const baseline = results.find(({ name }) => name === SUPERVISED) ?? results[0]!
  const [now, alone] = [valueOf(own), valueOf(baseline)]
  const split = own.validation === null ? 'test' : 'validation'
  if (now === null || alone === null) return { words: `Kept is ${own.name}.`, isWorse: false }
  const words = `Kept is ${own.name}: ${percent(now)} on the ${split} split, against ${percent(alone)} with ${baseline.name}.`
  if (kept === 0) return { words: `${words} No round did better than the labels alone.`, isWorse: true }
  const isWorse = now <= alone
  return { words: `${words} The pseudo-labels ${isWorse ? 'did not help' : 'helped'}.`, isWorse }
}

/** The newest round's pseudo-labels, as suggestions for the dataset. */
function showReview(run: StagedRun, { head, rounds, review }: TrainingHistory): void {
  const last = rounds.at(-1)
  if (review !== 'after' || last === undefined || last.rows.length === 0) return
  const { column, classes } = run.main.headRecords[head]!
  run.exhibit(
    reviewExhibit(last, {
      id: 'review',
      title: 'Pseudo-labels of the last round',
      words: 'Accept those that are right, and they become labels of the dataset. Nothing has been changed yet.',
      column,
      classes,
      manifest: run.manifest,
    }),
  )
}

/** Beside the kept model's own `test.` figures, which the end of the run gives. */
function record(run: StagedRun, results: readonly RoundResult[], kept: number): void {
  const of = (prefix: string, { validation, test }: RoundResult) => ({
    ...(validation === null ? {} : { [`validation.${prefix}accuracy`]: validation }),
    ...(test === null || prefix === '' ? {} : { [`test.${prefix}accuracy`]: test }),
  })
  const alone = results.find(({ name }) => name === SUPERVISED)
  run.record({
    ...of('labelsOnly.', results[0]!),
    ...(alone === undefined ? {} : of('supervised.', alone)),
    ...of('', results[kept]!),
  })
}
