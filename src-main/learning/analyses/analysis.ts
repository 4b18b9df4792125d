import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'
import type { Workshop } from '../engine/workshop.ts'

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
 *  with the same workshop as a strategy, on the spec that is on the bench. Adding one is a file and a line in index.ts. */
export interface AnalysisVariant<P extends ParamDefs = ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: Params<P>
  /** It looks at every base model and trained model, not only at the spec's. */
  readonly needsAllModels?: boolean
  run(workshop: Workshop, values: ParamValues<P>): Promise<Finding>
}

/** Fixes the parameter types of one row while it is written. */
export function defineAnalysis<const P extends ParamDefs>(row: AnalysisVariant<P>): AnalysisVariant<P> {
  return Object.freeze(row)
}
