import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { Manifest } from '../../../contract/trainer.ts'
import { type SelectionDoubts } from '../common/pseudo-labels/select-pseudo-labels.ts'
import { keptLabels, type Round, roundHistogram } from './self-training-round.ts'
import { LARGE_GAP } from '../common/pseudo-labels/unlabelled-pool.ts'

/** A model of the history, and what it was trained on. */
export interface RoundResult {
  readonly name: string
  /** The pseudo-labels that it was trained on; null: none. */
  readonly round: Round | null
  /** On the validation and test splits; null: without labels. */
  readonly validation: number | null
  readonly test: number | null
}

/** Name of the baseline: the same network with as many updates as the last student had, without pseudo-labels. */
export const SUPERVISED = 'labels only, as many updates'

export interface History {
  readonly results: readonly RoundResult[]
  /** Place of the model that the run keeps. */
  readonly kept: number
  readonly labelled: number
  /** Whether the true labels of the pseudo-labelled rows are known, for the report. */
  readonly knowsTruth: boolean
  readonly words: string
  readonly isWarning: boolean
}

/** The rounds as a table. Accuracy of the pseudo-labels uses labels that training never sees. */
export function historyExhibit({ results, kept, labelled, knowsTruth, words, isWarning }: History): ExhibitInput {
  const rows = results.map(({ name, round, validation, test }, i) => {
    const before = results[i - 1]?.round ?? null
    return [
      name,
      labelled,
      round?.rows.length ?? 0,
      round === null ? null : round.rows.length / Math.max(1, round.offered),
      round?.temperature ?? null,
      round === null || before === null ? null : keptLabels(before, round),
      ...(knowsTruth ? [round?.trueAccuracy ?? null] : []),
      validation,
      test,
    ]
  })
  return {
    kind: 'table',
    id: 'self-training',
    title: 'Rounds of self-training',
    words,
    level: isWarning ? 'warn' : 'info',
    columns: [
      { label: 'Model' },
      { label: 'Labels', format: 'count' },
      { label: 'Pseudo-labels', format: 'count' },
      { label: 'Accepted of the unlabelled', format: 'percent' },
      { label: 'Temperature', format: 'number' },
      { label: 'Same as in the round before', format: 'percent' },
      ...(knowsTruth ? [{ label: 'Right pseudo-labels (report only)', format: 'percent' as const }] : []),
      { label: 'Validation accuracy', format: 'percent', better: 'higher' },
      { label: 'Test accuracy', format: 'percent' },
    ],
    rows,
    own: kept,
  }
}

/** Pseudo-labels per class and round, below the labels. */
export function histogramExhibit(
  rounds: readonly Round[],
  { labelled, classes }: { labelled: readonly number[]; classes: readonly string[] },
): ExhibitInput {
  return {
    kind: 'matrix',
    id: 'pseudo-classes',
    title: 'Classes of the pseudo-labels',
    words: 'How many rows of each class were labelled, and how many pseudo-labels of each class every round accepted.',
    rowLabel: 'Round',
    columnLabel: 'Class',
    rows: ['labels', ...rounds.map((_, i) => `round ${i + 1}`)],
    columns: [...classes],
    values: [[...labelled], ...rounds.map((round) => roundHistogram(round, classes.length))],
  }
}

/** Most rows of a review; the least certain ones come first. */
const MOST_REVIEWED = 5000

/** The pseudo-labels of a round as suggestions for the dataset. */
export function reviewExhibit(
  round: Round,
  shown: { id: string; title: string; words: string; column: string; classes: readonly string[]; manifest: Manifest },
): Extract<ExhibitInput, { kind: 'review' }> {
  const { id, title, words, column, classes, manifest } = shown
  const order = [...round.rows.keys()].sort((a, b) => round.confidences[a]! - round.confidences[b]! || a - b)
  const rows = order.slice(0, MOST_REVIEWED).map((i) => {
    const item = manifest.items[round.rows[i]!]!
    return {
      itemId: item.id,
      name: item.name,
      suggested: classes[round.labels[i]!]!,
      confidence: round.confidences[i]!,
    }
  })
  const hidden = round.rows.length - rows.length
  const more = hidden > 0 ? ` The ${rows.length} least certain ones are shown; ${hidden} more are surer.` : ''
  return { kind: 'review', id, title, words: `${words}${more}`, column, rows }
}

/** What is doubtful about a round, in words; empty: nothing. */
export function doubtWords(
  { selects, absent, crowding }: SelectionDoubts,
  { gap, offered }: Round,
  classes: readonly string[],
): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  const words: string[] = []
  if (selects === 'nothing') words.push(`None of ${offered} unlabelled rows was accepted: lower the threshold.`)
  if (selects === 'everything')
    words.push(`More than 99 % of ${offered} unlabelled rows were accepted: the threshold separates nothing.`)
  if (absent.length > 0)
    words.push(`No pseudo-label is ${absent.map((c) => classes[c]!).join(', ')}: that class will be forgotten.`)
  if (crowding !== null) {
    const { label, share, labelledShare } = crowding
    words.push(
      `${percent(share)} of the pseudo-labels are ${classes[label]!}, but ${percent(labelledShare)} of the labels: one class crowds the others out. Take the most certain of each class instead.`,
    )
  }
  if (gap !== null && gap > LARGE_GAP)
    words.push(
      `The model is ${(100 * gap).toFixed(0)} points less certain of the unlabelled rows than of the validation split: they look unlike the labelled ones, or hold classes that it does not know.`,
    )
  return words
}
