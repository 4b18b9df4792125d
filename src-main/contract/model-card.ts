import { z } from 'zod'
import { LabelType, LabelValue, Split } from './datasets.ts'
import { LayerState } from './network.ts'

/** The card as a page, in the folder of its export. */
export const HTML_CARD = 'model-card.html'

/** A prediction that was far off, with where its picture lies. */
export const CardMistake = z.object({
  name: z.string(),
  expected: LabelValue,
  predicted: LabelValue,
  /** Probability of what was predicted; null: a number was. */
  confidence: z.number().nullable(),
  /** null: the item has no picture, or is gone. */
  picture: z.object({ path: z.string().nullable(), row: z.int().nullable() }).nullable(),
})
export type CardMistake = z.infer<typeof CardMistake>

/** What a head answered on the split that stands for it. */
export const CardHead = z.object({
  name: z.string(),
  type: LabelType,
  /** test, else validation, else train; null: nothing was predicted. */
  split: Split.nullable(),
  classes: z.array(z.string()),
  /** Rows: expected, columns: predicted; null: a regression, or tags. */
  counts: z.array(z.array(z.int())).nullable(),
  /** The largest loss first. */
  mistakes: z.array(CardMistake),
})
export type CardHead = z.infer<typeof CardHead>

export const CardLayer = z.object({
  name: z.string(),
  state: LayerState,
  parameters: z.int(),
  /** ||w - w0|| / ||w0||; null: not recorded. */
  change: z.number().nullable(),
  /** BatchNorm: largest change of its moving averages. */
  movingChange: z.number().nullable(),
})
export type CardLayer = z.infer<typeof CardLayer>

/** What the model card as a page tells, beyond the lines that it shares with the one in Markdown. */
export const CardDetails = z.object({
  createdAt: z.string(),
  intendedUse: z.string().nullable(),
  /** Names of the run's metrics with those of the saved weights. */
  metrics: z.array(z.object({ name: z.string(), kept: z.number(), best: z.number(), bestEpoch: z.number() })),
  curves: z.array(z.object({ metric: z.string(), epoch: z.array(z.number()), value: z.array(z.number()) })),
  heads: z.array(CardHead),
  /** Packed pictures; absolute. */
  pack: z.string().nullable(),
  /** Blocks of the network with the layers that have weights. */
  blocks: z.array(z.object({ label: z.string(), layers: z.array(CardLayer) })),
  dataset: z.object({ name: z.string(), version: z.int(), hash: z.string() }),
  /** manifest.json of the run, with every item and its split; absolute. null: it is gone. */
  manifest: z.string().nullable(),
  /** The spec as JSON, laid out. */
  spec: z.string(),
})
export type CardDetails = z.infer<typeof CardDetails>
