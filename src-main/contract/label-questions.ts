import { z } from 'zod'

/** What the process that holds a dataset's features is asked, and what it answers. Rows count from 0: item id - 1. Arrays cross as base64
 *  of little-endian numbers (base/packed-numbers.ts): JSON of fifty thousand numbers would cost more than the answer. */

const Packed = z.string()

export const LabelQuestion = z.discriminatedUnion('kind', [
  /** Fits the head to labels (int32 per row: class index, -1: none), in about `budgetMs`, going on from the last fit where the classes are the same. */
  z.object({ kind: z.literal('fit'), classes: z.int(), labels: Packed, budgetMs: z.number(), seed: z.int() }),
  z.object({
    kind: z.literal('order'),
    by: z.enum(['uncertainty', 'novelty', 'mixed', 'disagreement']),
    /** int32: rows to put in order. */
    rows: Packed,
    /** int32 per row, as in `fit`. */
    labels: Packed,
    count: z.int(),
    seed: z.int(),
  }),
  z.object({ kind: z.literal('similar'), rows: z.array(z.int()), file: z.string().nullable(), count: z.int() }),
  z.object({ kind: z.literal('duplicates'), similarity: z.number(), perceptual: z.int().nullable() }),
  z.object({ kind: z.literal('suspicious'), classes: z.int(), labels: Packed, seed: z.int() }),
  z.object({ kind: z.literal('outliers'), count: z.int() }),
  z.object({ kind: z.literal('quality') }),
  z.object({
    kind: z.literal('map'),
    method: z.enum(['pca', 'umap']),
    neighbours: z.int(),
    minDistance: z.number(),
    seed: z.int(),
  }),
  /** Ends the map that is being computed: it is refused with E_CANCELLED. */
  z.object({ kind: z.literal('stop-map') }),
])
export type LabelQuestion = z.infer<typeof LabelQuestion>

const RowScores = { rows: Packed.describe('int32'), scores: Packed.describe('float32') }

export const LabelAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fit'),
    labelled: z.int(),
    classesInUse: z.int(),
    /** Labels that took part: fewer than `labelled` where all would take longer than the budget; a longer one takes more. */
    used: z.int().optional(),
    milliseconds: z.number(),
    isConverged: z.boolean(),
    accuracy: z.number().nullable(),
    reliability: z
      .object({
        bins: z.array(z.object({ confidence: z.number(), accuracy: z.number(), count: z.int() })),
        temperature: z.number(),
        errorBefore: z.number(),
        errorAfter: z.number(),
        heldOut: z.int(),
      })
      .nullable(),
    best: Packed.describe('int16 per row'),
    confidence: Packed.describe('float32 per row, calibrated'),
    margin: Packed.describe('float32 per row'),
  }),
  z.object({ kind: z.literal('order'), ...RowScores }),
  z.object({ kind: z.literal('similar'), ...RowScores }),
  z.object({
    kind: z.literal('duplicates'),
    groups: z.array(z.object({ rows: z.array(z.int()), similarity: z.number() })),
  }),
  z.object({
    kind: z.literal('suspicious'),
    examined: z.int(),
    labels: z.array(z.object({ row: z.int(), given: z.int(), suggested: z.int(), score: z.number() })),
    confused: z.array(z.object({ given: z.int(), suggested: z.int(), count: z.int(), share: z.number() })),
    note: z.string().nullable(),
  }),
  z.object({ kind: z.literal('outliers'), ...RowScores }),
  z.object({
    kind: z.literal('quality'),
    faults: z.array(
      z.object({ row: z.int(), fault: z.enum(['dark', 'bright', 'blurred', 'blank']), score: z.number() }),
    ),
  }),
  z.object({ kind: z.literal('map'), points: Packed.describe('float32: x and y of each row'), seconds: z.number() }),
  z.object({ kind: z.literal('stop-map') }),
])
export type LabelAnswer = z.infer<typeof LabelAnswer>

export type AnswerOf<K extends LabelQuestion['kind']> = Extract<LabelAnswer, { kind: K }>
export type QuestionOf<K extends LabelQuestion['kind']> = Extract<LabelQuestion, { kind: K }>
