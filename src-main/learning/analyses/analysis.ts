import type { PrecisionReport } from '../../contract/precision.ts'
import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'
import type { StagedRun } from '../engine/run/staged-run.ts'

/** What an analysis answers, beside its exhibits. */
export interface Finding {
  /** One to three sentences with the measured figures and what follows from them. */
  readonly words: string
  /** Figures by name, for the command line and for tests. */
  readonly facts: Readonly<Record<string, number | string | boolean | null>>
  /** Changes of the spec that follow, offered as buttons: path -> value. */
  readonly suggestions: readonly { readonly title: string; readonly patch: Readonly<Record<string, unknown>> }[]
}

/** A measurement of seconds to a minute that answers a question before any run: which base, which gap, which learning rate. It works
 *  with the same run as a strategy, on the spec that is on the bench. Adding one is a file and a line in index.ts. */
export interface AnalysisVariant<P extends ParamDefs = ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: Params<P>
  /** It looks at every base model and trained model, not only at the spec's. */
  readonly needsAllModels?: boolean
  /** Of each split it looks at so many items at most, the same number of each class as far as they go; the others are left out before
   *  anything is decoded. Absent: at all. */
  itemLimit?(values: ParamValues<P>): number
  run(run: StagedRun, values: ParamValues<P>, surroundings: Surroundings): Promise<Finding>
}

/** What of the workspace an analysis may look at beside its spec and what its parameters name. */
export interface Surroundings {
  /** With `needsAllModels`: every model with weights that takes inputs of the dataset's kind, by reference; else empty. */
  readonly models: readonly { readonly ref: string; readonly title: string; readonly hasSeenDataset: boolean }[]
  /** Name for `run.dataset` of what the spec's base was trained on, where the workspace has it and it is another than the
   *  spec's own. */
  readonly baseDomain: string | null
  /** Of the spec's dataset, whatever `itemLimit` leaves: training items with a label for the first head, without one, and per class
   *  (empty for regression). */
  readonly items: { readonly labelled: number; readonly unlabelled: number; readonly classCounts: readonly number[] }
  /** What was measured of the number formats of the spec's frozen part; null: nothing yet. */
  readonly precisions: PrecisionReport | null
}

/** Fixes the parameter types of one row while it is written. */
export function defineAnalysis<const P extends ParamDefs>(row: AnalysisVariant<P>): AnalysisVariant<P> {
  return Object.freeze(row)
}
