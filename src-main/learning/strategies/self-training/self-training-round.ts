import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { classHistogram, selectGuesses, type SelectionRule } from '../common/pseudo-labels/select-pseudo-labels.ts'
import { type Guess, guesses } from '../../metrics/guesses.ts'
import { expectedCalibrationError, fitTemperature } from '../../metrics/temperature.ts'
import { confidenceGap } from '../common/pseudo-labels/unlabelled-pool.ts'

/** What one look at the unlabelled rows gave. Kept in the run's folder as JSON. */
export interface Round {
  /** Accepted rows with their pseudo-labels. */
  readonly rows: readonly number[]
  readonly labels: readonly number[]
  readonly confidences: readonly number[]
  readonly offered: number
  readonly temperature: number
  /** Expected calibration error on the validation split, before and after; null: it has no labelled rows. */
  readonly calibration: { readonly before: number; readonly after: number } | null
  /** Of the offered rows to the validation split's (unlabelled-pool.ts). */
  readonly gap: number | null
  /** Share of pseudo-labels that are right, where the spec's label limit took the true ones away; for the report only. */
  readonly trueAccuracy: number | null
}

export interface RoundOptions {
  readonly head: number
  readonly pool: readonly number[]
  readonly rule: SelectionRule
  readonly calibrate: boolean
}

/** Has the present model guess the pool in inference mode (no dropout), with confidences calibrated on the validation split, and takes what
 *  the rule accepts. */
export async function guessPool(run: StagedRun, learner: Learner, options: RoundOptions): Promise<Round> {
  const { head, pool, rule } = options
  const { data } = learner
  const classes = learner.heads[head]!.classes.length
  const labelled = data.rows.validation.filter((row) => !Number.isNaN(data.targets[head]![row]!))
  const heldOut = {
    logits: (await run.outputs(learner, labelled))[head]!,
    classes,
    labels: labelled.map((row) => data.targets[head]![row]!),
  }
  const temperature = options.calibrate ? fitTemperature(heldOut) : 1
  const logits = (await run.outputs(learner, pool))[head]!
  const all = guesses(logits, classes, temperature)
  const accepted = selectGuesses(all, rule)
  const chosen = accepted.map((i) => ({ row: pool[i]!, ...all[i]! }))
  return {
    rows: chosen.map(({ row }) => row),
    labels: chosen.map(({ label }) => label),
    confidences: chosen.map(({ confidence }) => Number(confidence.toFixed(4))),
    offered: pool.length,
    temperature,
    calibration:
      labelled.length === 0
        ? null
        : { before: expectedCalibrationError(heldOut), after: expectedCalibrationError(heldOut, temperature) },
    gap: confidenceGap(guesses(heldOut.logits, classes, temperature), all),
    trueAccuracy: trueAccuracy(chosen, data.hiddenTargets?.[head]),
  }
}

function trueAccuracy(chosen: readonly (Guess & { row: number })[], hidden: Float64Array | undefined): number | null {
  const known = chosen.filter(({ row }) => hidden !== undefined && !Number.isNaN(hidden[row]!))
  if (known.length === 0) return null
  return known.filter(({ row, label }) => hidden![row] === label).length / known.length
}

/** A round without the rows that the user refused in its review. Rows that the review did not show stay. */
export function withoutRefused(round: Round, refused: ReadonlySet<number>): Round {
  const kept = round.rows.flatMap((row, i) => (refused.has(row) ? [] : [i]))
  const pick = (values: readonly number[]) => kept.map((i) => values[i]!)
  return { ...round, rows: pick(round.rows), labels: pick(round.labels), confidences: pick(round.confidences) }
}

/** Share of the rows accepted in both rounds whose label stayed; null: there are none. A wrong guess that no round corrects is
 *  confirmation bias. */
export function keptLabels(before: Round, after: Round): number | null {
  const earlier = new Map(before.rows.map((row, i) => [row, before.labels[i]!]))
  const both = after.rows.flatMap((row, i) => (earlier.has(row) ? [earlier.get(row) === after.labels[i]] : []))
  return both.length === 0 ? null : both.filter(Boolean).length / both.length
}

export function roundHistogram({ labels }: Round, classes: number): number[] {
  return classHistogram(labels, classes)
}
