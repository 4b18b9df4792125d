import { z } from 'zod'
import { command, event, request } from './define.ts'
import { Exhibit } from './exhibits.ts'
import { ExperimentSpec } from './spec.ts'

/** A change of the spec that an analysis suggests: path -> value, null takes a field away. */
export const SpecSuggestion = z.object({ title: z.string(), patch: z.record(z.string(), z.unknown()) })
export type SpecSuggestion = z.infer<typeof SpecSuggestion>

/** What an analysis answered, without what it shows. */
export const AnalysisSummary = z.object({
  id: z.string(),
  /** A row of `models.catalog`'s analyses. */
  type: z.string(),
  createdAt: z.string(),
  seconds: z.number(),
  dataset: z.object({ id: z.string(), name: z.string(), version: z.int() }),
  /** The spec's base, in words. */
  base: z.string(),
  /** One to three sentences with the measured figures. */
  words: z.string(),
})
export type AnalysisSummary = z.infer<typeof AnalysisSummary>

export const AnalysisRecord = AnalysisSummary.extend({
  spec: ExperimentSpec,
  /** Its form as it was filled in, defaults included. */
  params: z.record(z.string(), z.unknown()),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  suggestions: z.array(SpecSuggestion),
  exhibits: z.array(Exhibit),
})
export type AnalysisRecord = z.infer<typeof AnalysisRecord>

/** Measurements before a run: which base, which gap, which strategy. They take seconds to a few minutes and train nothing that is kept. */
export const analyses = {
  /** Checks the spec as far as the analysis needs it, then starts a job whose result is { analysisId }.
   *  Errors: E_INPUT for an unknown type, E_RUN_SPEC for a plan that cannot be resolved or a parameter that is refused. */
  start: command(
    z.strictObject({
      type: z.string(),
      spec: ExperimentSpec,
      /** Fields of the analysis' form; what is missing takes its default. */
      params: z.record(z.string(), z.unknown()).default({}),
    }),
    z.object({ jobId: z.string() }),
  ),
  /** Newest first; of one dataset (name or id) where it is given. */
  list: request(
    z.strictObject({ dataset: z.string().optional(), type: z.string().optional() }),
    z.array(AnalysisSummary),
  ),
  get: request(z.strictObject({ analysisId: z.string() }), AnalysisRecord),
  remove: command(z.strictObject({ analysisIds: z.array(z.string()).min(1) }), z.object({})),
  /** One was stored or removed. */
  changed: event(z.object({ analysisId: z.string() })),
} as const
