import { z } from 'zod'
import { command, event, request } from './define.ts'
import { PrefixPrecision } from './prefix-precision.ts'
import { ExperimentSpec } from './spec.ts'

/** How the numbers of a tensor were found to lie when an int8 frozen part was prepared. */
export const CalibratedRange = z.object({
  /** Of the operation that makes it. */
  name: z.string(),
  /** What the 256 steps span. */
  low: z.number(),
  high: z.number(),
  /** What was seen. */
  smallest: z.number(),
  largest: z.number(),
})
export type CalibratedRange = z.infer<typeof CalibratedRange>

/** Where the ranges of an int8 frozen part came from. */
export const Calibration = z.object({
  /** In words with its source, e.g. "99.99th percentile". */
  method: z.string(),
  /** Training images that were looked at. */
  images: z.int(),
  ranges: z.array(CalibratedRange),
  /** Of what was found beside the ranges, in the cache: weights as they were rounded. Absent: of a run before it was kept. */
  key: z.string().optional(),
})
export type Calibration = z.infer<typeof Calibration>

/** How near features of one precision are to those of float32, on items that calibration did not see. The heads that are compared: of a run its own
 *  trained head, on float32's features and on these; of a report two linear heads, one fitted to each precision's features. */
export const FeatureAgreement = z.object({
  items: z.int(),
  /** Where the items are from: training items only where there are none for validation. Absent: validation. */
  split: z.enum(['validation', 'train']).optional(),
  /** Cosine of an item's features in both: the mean, and the smallest. */
  cosine: z.object({ mean: z.number(), smallest: z.number() }),
  /** Share of items for which both heads give the same class; null: nothing is classified. */
  top1: z.number().nullable(),
  /** Accuracy with float32 features and with these; null: nothing is classified, or no item has a label. */
  accuracy: z.object({ float32: z.number(), here: z.number() }).nullable(),
})
export type FeatureAgreement = z.infer<typeof FeatureAgreement>

/** A trained network on features of lower precision beside the same in float32 throughout. */
export const NetworkAgreement = z.object({
  samples: z.int(),
  /** Share of equal classes; null: nothing is classified. */
  top1: z.number().nullable(),
  /** Of raw outputs. */
  maxDifference: z.number(),
})
export type NetworkAgreement = z.infer<typeof NetworkAgreement>

/** In what the features were computed that heads were trained on: of exports, which tell it. */
export const TrainedFeatures = z.object({
  precision: PrefixPrecision,
  /** The last layer that was computed so. */
  layer: z.string(),
  /** Layers up to it were trained in a later phase, in float32: its features are others since. */
  isTrainedLater: z.boolean(),
  /** null: float32, or not measured. */
  agreement: NetworkAgreement.nullable(),
  features: FeatureAgreement.nullable(),
  /** Of files in int8 for heads of int8 features: whether the frozen part has the run's whole numbers, or its ranges alone, because the rest was no longer in
   *  the cache. */
  numbers: z.enum(['whole', 'ranges']).optional(),
})
export type TrainedFeatures = z.infer<typeof TrainedFeatures>

/** One precision as it was measured on this computer. */
export const MeasuredPrecision = z.object({
  precision: PrefixPrecision,
  /** Why it cannot be had here; null: it can. */
  refusal: z.string().nullable(),
  /** Of the frozen part, images or rows a second; null: refused. */
  itemsPerSecond: z.number().nullable(),
  /** null: refused, float32 itself, or there are no items that calibration did not see. */
  agreement: FeatureAgreement.nullable(),
})
export type MeasuredPrecision = z.infer<typeof MeasuredPrecision>

/** What is to be known before one is chosen: speed and agreement of each, for one base, cut, input size and dataset version. */
export const PrecisionReport = z.object({
  measuredAt: z.string(),
  dataset: z.string(),
  datasetVersion: z.int(),
  /** Title of the base, and the layer that the frozen part ends with. */
  base: z.string(),
  layer: z.string(),
  /** Accuracy may fall by as much before a plan warns, as a share (0.005 = 0.5 points). */
  bound: z.number(),
  options: z.array(MeasuredPrecision),
  /** null: int8 is refused. */
  calibration: Calibration.nullable(),
})
export type PrecisionReport = z.infer<typeof PrecisionReport>

/** Speed and agreement of the precisions that the frozen part of an experiment may compute in. */
export const precision = {
  /** What was measured for such a spec; null: nothing yet. */
  report: request(z.strictObject({ spec: ExperimentSpec }), z.object({ report: PrecisionReport.nullable() })),
  /** Measures it, as a job. */
  measure: command(z.strictObject({ spec: ExperimentSpec }), z.object({ jobId: z.string() })),
  changed: event(z.object({})),
} as const
