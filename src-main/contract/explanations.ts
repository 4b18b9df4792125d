import { z } from 'zod'
import { LabelValue } from './datasets.ts'
import { SourceRef } from './workspace.ts'

/** Ways to see what a network looks at.
 *  `gradcam`: Selvaraju et al., ICCV 2017, equations (1) and (2), at one layer.
 *  `occlusion`: how much an answer loses where a patch covers the picture; Zeiler and Fergus, ECCV 2014, section 4.2.
 *  `rollout`: attention from layer to layer of a vision transformer, the same for every class; Abnar and Zuidema, ACL 2020. */
export const ExplainMethod = z.enum(['gradcam', 'occlusion', 'rollout'])
export type ExplainMethod = z.infer<typeof ExplainMethod>

/** A layer with height and width that heat can be read from. */
export const ExplainableLayer = z.object({
  name: z.string(),
  /** The name in the file that it came from, where that is another. */
  title: z.string(),
  type: z.string(),
  block: z.string(),
  height: z.int(),
  width: z.int(),
  channels: z.int(),
})
export type ExplainableLayer = z.infer<typeof ExplainableLayer>

/** Heat over what the network sees of a picture: `rows` x `columns` cells of equal size that fill it. */
export const HeatMap = z.object({
  /** null: of no class (a number, or attention, which is the same for all). */
  class: z.string().nullable(),
  rows: z.int(),
  columns: z.int(),
  /** float32, row by row (base/packed-numbers.ts). Grad-CAM: as equation (2) gives it, never below 0. Occlusion: mean loss of probability, or of a
   *  number in its own unit, where the pixel was covered; below 0 where covering helps. Rollout: shares that sum to 1 at most. */
  values: z.string(),
  least: z.number(),
  most: z.number(),
})
export type HeatMap = z.infer<typeof HeatMap>

export const Explanation = z.object({
  method: ExplainMethod,
  /** Each way, and why it cannot be had of this network; null: it can. */
  methods: z.array(z.object({ method: ExplainMethod, refused: z.string().nullable() })),
  head: z.string(),
  /** Grad-CAM: the layer it was read at. */
  layer: z.string().nullable(),
  layers: z.array(ExplainableLayer),
  /** Occlusion: side and step of the patch, in pixels of the network's input. */
  patch: z.int().nullable(),
  stride: z.int().nullable(),
  /** The picture as it was read, upright, in pixels. */
  picture: z.object({ width: z.int(), height: z.int() }),
  /** The part of it that the network sees, in pixels of the picture; a heat map lies exactly over it. */
  seen: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
  input: z.object({ width: z.int(), height: z.int() }),
  /** What the head answers: classes or tags from the most probable one, or a number in its own unit. */
  answer: z.object({
    classes: z.array(z.object({ name: z.string(), probability: z.number() })),
    value: z.number().nullable(),
  }),
  /** The most probable class, or the tags that are said to be there; of a number none. */
  predicted: z.array(z.string()),
  /** The item's label; null: none, or it is no item. */
  expected: LabelValue,
  maps: z.array(HeatMap),
  /** PNG in base64 of the maps over the picture, side by side; null: not asked for. */
  overlay: z.string().nullable(),
  seconds: z.number(),
})
export type Explanation = z.infer<typeof Explanation>

/** `runId`: a run, or the id of a base model whose classes are known. `source` or an item: the picture. */
export const ExplainInput = z.strictObject({
  runId: z.string(),
  source: SourceRef.optional(),
  datasetId: z.string().optional(),
  itemId: z.int().optional(),
  /** Default: the first. */
  head: z.string().optional(),
  /** Default: what is predicted, and for a wrong answer what is labelled, too; of tags those that are predicted or labelled. */
  classes: z.array(z.string()).min(1).max(8).optional(),
  /** Default: rollout for a transformer, else Grad-CAM where a layer has height and width, else occlusion. */
  method: ExplainMethod.optional(),
  /** Default: the last one before pooling. */
  layer: z.string().optional(),
  /** Default: a seventh of the input's shorter side, and half of that. */
  patch: z.int().min(1).max(2048).optional(),
  stride: z.int().min(1).max(2048).optional(),
  /** Grey of the patch, 0 (black) to 1 (white); default: the picture's mean colour. */
  fill: z.number().min(0).max(1).optional(),
  overlay: z.boolean().optional(),
})
export type ExplainInput = z.infer<typeof ExplainInput>
