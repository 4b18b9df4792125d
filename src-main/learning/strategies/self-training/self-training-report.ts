import { percent } from '../../../base/percent.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import {
  doubtWords,
  histogramExhibit,
  historyExhibit,
  reviewExhibit,
  type Standing,
  SUPERVISED,
} from './history-exhibits.ts'
import { classHistogram, selectionDoubts, type SelectionRule } from '../common/pseudo-labels/select-pseudo-labels.ts'
import { type Round, roundHistogram } from './self-training-round.ts'
import type { UnlabelledPool } from '../common/pseudo-labels/unlabelled-pool.ts'

export interface Told {
  readonly head: number
  readonly pool: UnlabelledPool
  readonly standings: readonly Standing[]
  /** Every look at the unlabelled rows, one without pseudo-labels too. */
  readonly rounds: readonly Round[]
  readonly kept: number
  readonly rule: SelectionRule
  readonly review: string
}

/** Shows what self-training did, and records the figures of the model that is kept and of the baseline. */
export function showHistory(run: StagedRun, told: Told): void {
  const { main } = run
  const { head, standings, kept, rounds } = told
  const { classes } = main.heads[head]!
  const labels = main.data.rows.train.map((row) => main.data.targets[head]![row]!)
  const known = labels.filter((label) => !Number.isNaN(label))
  const labelled = classHistogram(known, classes.length)
  const doubts = doubtsOf(told, { labelled, classes })
  const verdict = verdictOf(standings, kept)
  run.exhibit(
    historyExhibit({
      standings,
      kept,
      labelled: known.length,
      knowsTruth: main.data.hiddenTargets !== null,
      words: [verdict.words, ...doubts].join(' '),
      isWarning: verdict.isWorse || doubts.length > 0,
    }),
  )
  if (rounds.length > 0) run.exhibit(histogramExhibit(rounds, { labelled, classes }))
  showReview(run, told)
  record(run, standings, kept)
}

function doubtsOf(
  { rounds, rule, pool }: Told,
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
function verdictOf(standings: readonly Standing[], kept: number): { words: string; isWorse: boolean } {
  const valueOf = ({ validation, test }: Standing) => validation ?? test
  const own = standings[kept]!
  const baseline = standings.find(({ name }) => name === SUPERVISED) ?? standings[0]!
  const [now, alone] = [valueOf(own), valueOf(baseline)]
  const split = own.validation === null ? 'test' : 'validation'
  if (now === null || alone === null) return { words: `Kept is ${own.name}.`, isWorse: false }
  const words = `Kept is ${own.name}: ${percent(now)} on the ${split} split, against ${percent(alone)} with ${baseline.name}.`
  if (kept === 0) return { words: `${words} No round did better than the labels alone.`, isWorse: true }
  const isWorse = now <= alone
  return { words: `${words} The pseudo-labels ${isWorse ? 'did not help' : 'helped'}.`, isWorse }
}

/** The newest round's pseudo-labels, as suggestions for the dataset. */
function showReview(run: StagedRun, { head, rounds, review }: Told): void {
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
function record(run: StagedRun, standings: readonly Standing[], kept: number): void {
  const of = (prefix: string, { validation, test }: Standing) => ({
    ...(validation === null ? {} : { [`validation.${prefix}accuracy`]: validation }),
    ...(test === null || prefix === '' ? {} : { [`test.${prefix}accuracy`]: test }),
  })
  const alone = standings.find(({ name }) => name === SUPERVISED)
  run.record({
    ...of('labelsOnly.', standings[0]!),
    ...(alone === undefined ? {} : of('supervised.', alone)),
    ...of('', standings[kept]!),
  })
}
