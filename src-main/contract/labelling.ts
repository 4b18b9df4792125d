import { z } from 'zod'
import { Dataset, ItemFilter, Split } from './datasets.ts'
import { command, event, request } from './define.ts'
import { BaseRef } from './spec.ts'
import { SourceRef } from './workspace.ts'

/** Labelling with a model that learns meanwhile. Features of a base are prepared once per dataset; a linear head on them is fitted again
 *  after each label. What it suggests is never a label: only `labelling.accept` and `datasets.label…` write, when a person says so. */

/** What the head says of one item that has no label (or of one that has, where that is asked). */
export const Suggestion = z.object({
  item: z.int(),
  suggested: z.string(),
  /** Calibrated probability of the suggested class, 0..1. */
  confidence: z.number(),
  /** Difference to the second most probable class, 0..1. */
  margin: z.number(),
})
export type Suggestion = z.infer<typeof Suggestion>

/** Of labels that took no part in the fit, in bins of confidence. */
export const Reliability = z.object({
  bins: z.array(z.object({ confidence: z.number(), accuracy: z.number(), count: z.int() })),
  /** Divides the scores before softmax; above 1: the head was too sure of itself. */
  temperature: z.number(),
  /** Expected calibration error before and after the temperature (Guo et al. 2017, equation 3). */
  errorBefore: z.number(),
  errorAfter: z.number(),
  heldOut: z.int(),
})
export type Reliability = z.infer<typeof Reliability>

export const HeadFit = z.object({
  column: z.string(),
  /** Counts up with each fit; suggestions carry the one that they are of. */
  fit: z.int(),
  /** Version of the dataset whose labels it was fitted to. */
  version: z.int(),
  /** Labels that it was fitted to: those of the test split teach nobody. */
  labelled: z.int(),
  /** Labels that the fit was made with: fewer where all of them would take longer than a person waits. */
  used: z.int().optional(),
  classes: z.int(),
  milliseconds: z.number(),
  isConverged: z.boolean(),
  /** Share of right answers among labels that were held out; null: too few. */
  accuracy: z.number().nullable(),
  /** null: too few labels to calibrate; confidences are as the head gives them. */
  reliability: Reliability.nullable(),
})
export type HeadFit = z.infer<typeof HeadFit>

export const LabellingState = z.object({
  datasetId: z.string(),
  /** off: nothing was prepared in this session. failed: the process ended; starting again finds what was computed. */
  status: z.enum(['off', 'preparing', 'ready', 'failed']),
  base: BaseRef.nullable(),
  baseTitle: z.string(),
  /** The job that prepares the features; its progress counts images. */
  jobId: z.string().nullable(),
  items: z.int(),
  dimensions: z.int(),
  memoryBytes: z.number(),
  /** Items whose picture cannot be read: they have no features, are never suggested a label and in no list. The first 100 with the reason. */
  unreadable: z.object({
    total: z.int(),
    first: z.array(z.object({ item: z.int(), path: z.string(), reason: z.string() })),
  }),
  /** Of the asked column; null: no column, or fewer than two classes have labels (`wanting` says which it is). */
  head: HeadFit.nullable(),
  /** Why there is no head, in a sentence (of a process that failed: what was seen of it); null: there is one. */
  wanting: z.string().nullable(),
  /** The newest labels of the column are being learnt, or the head is still getting better. `labelling.changed` tells of the end. */
  isFitting: z.boolean(),
  /** From labels given to randomly drawn items (`labelling.draw`), each compared with what was suggested before it: Wilson's 95 % interval. */
  estimate: z
    .object({
      drawn: z.int(),
      answered: z.int(),
      right: z.int(),
      accuracy: z.number(),
      low: z.number(),
      high: z.number(),
    })
    .nullable(),
})
export type LabellingState = z.infer<typeof LabellingState>

/** uncertainty: smallest margin first. novelty: farthest from everything labelled first. mixed: uncertain and spread out, as a batch.
 *  disagreement: labelled items whose label the head finds least probable. random: seeded. */
export const OrderBy = z.enum(['uncertainty', 'novelty', 'mixed', 'disagreement', 'random'])
export type OrderBy = z.infer<typeof OrderBy>

export const ScoredItem = z.object({ item: z.int(), path: z.string(), score: z.number() })
export type ScoredItem = z.infer<typeof ScoredItem>

export const DuplicateGroup = z.object({
  items: z.array(z.object({ item: z.int(), path: z.string(), split: Split, label: z.string().nullable() })),
  /** The least similar pair that holds the group together: cosine of features, 0..1. */
  similarity: z.number(),
  /** Its items lie in more than one split. */
  acrossSplits: z.boolean(),
})
export type DuplicateGroup = z.infer<typeof DuplicateGroup>

export const SuspiciousLabel = z.object({
  item: z.int(),
  path: z.string(),
  split: Split,
  given: z.string(),
  suggested: z.string(),
  /** Most suspicious first: 1 minus the self-confidence of the given class, cross-validated. */
  score: z.number(),
})
export type SuspiciousLabel = z.infer<typeof SuspiciousLabel>

/** kept: looked at, and right as it is. unsure: to be looked at again. */
export const LabelMark = z.enum(['kept', 'unsure'])
export type LabelMark = z.infer<typeof LabelMark>

export const PictureFault = z.enum(['dark', 'bright', 'blurred', 'blank'])
export type PictureFault = z.infer<typeof PictureFault>

const Ref = z.strictObject({ datasetId: z.string() })
const OfColumn = Ref.extend({ column: z.string() })
const Changed = z.object({ dataset: Dataset, changed: z.int(), itemIds: z.array(z.int()) })
const ItemIds = z.array(z.int()).min(1).max(100_000)

export const labelling = {
  /** Prepares features of every item, then keeps them in a process of its own until `stop`, another dataset, or the end. The job's
   *  progress counts images; cancelled, it keeps what is done, and starting again goes on. Its result: { datasetId, items, dimensions }.
   *  Errors: E_DATASET_UNUSABLE (a table), E_MODEL_UNKNOWN. */
  start: command(Ref.extend({ base: BaseRef.optional() }), z.object({ jobId: z.string() })),
  stop: command(Ref, z.object({})),
  state: request(Ref.extend({ column: z.string().optional() }), LabellingState),
  /** Of these items, labelled ones too. Empty where there is no head. */
  suggestions: request(
    OfColumn.extend({ itemIds: z.array(z.int()).max(1000) }),
    z.object({ fit: z.int(), suggestions: z.array(Suggestion) }),
  ),
  /** Unlabelled items whose suggestion is at least so confident, most confident first: to be counted and looked through before they are
   *  accepted. Items of the test split are only counted, unless `test` is set. */
  candidates: request(
    OfColumn.extend({
      above: z.number().min(0).max(1),
      test: z.boolean().default(false),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(10_000).default(1000),
    }),
    z.object({
      fit: z.int(),
      total: z.int(),
      inTest: z.int(),
      /** Left out, too: drawn for the estimate, they wait for a person's own label. */
      inDraw: z.int(),
      classes: z.array(z.object({ name: z.string(), count: z.int() })),
      suggestions: z.array(Suggestion.extend({ path: z.string(), split: Split })),
    }),
  ),
  /** What a person saw suggested and accepts becomes labels: one undoable change, named as such in the history. Items that have a label
   *  by now are left as they are and named in `left`; items of the test split are refused unless `test` says that each was looked at.
   *  Errors: E_DATASET_LABEL (a class that is gone), E_NOT_FOUND. */
  accept: command(
    OfColumn.extend({
      labels: z
        .array(z.strictObject({ itemIds: ItemIds, value: z.string() }))
        .min(1)
        .max(10_000),
      test: z.boolean().default(false),
    }),
    Changed.extend({ left: z.array(z.int()) }),
  ),
  /** What to label next, first things first. Unlabelled items, but for disagreement. Without a head uncertainty falls back to novelty, and
   *  says so in `note`. */
  order: request(
    OfColumn.extend({
      by: OrderBy,
      count: z.int().min(1).max(100_000).default(100),
      filter: ItemFilter.default({}),
      seed: z.int().min(0).default(0),
    }),
    z.object({ items: z.array(ScoredItem), note: z.string().nullable() }),
  ),
  /** Draws unlabelled items at random for the running estimate of accuracy: each is remembered with what is suggested when it gets its label. */
  draw: command(
    OfColumn.extend({ count: z.int().min(1).max(10_000).default(100) }),
    z.object({ itemIds: z.array(z.int()) }),
  ),
  /** Most alike first: exact cosine of features to the mean of the items, or to a picture from outside. */
  similar: request(
    Ref.extend({
      itemIds: z.array(z.int()).max(100).optional(),
      source: SourceRef.optional(),
      count: z.int().min(1).max(10_000).default(100),
    }),
    z.object({ items: z.array(z.object({ item: z.int(), path: z.string(), similarity: z.number() })) }),
  ),
  /** Groups of near copies: features at least so similar, or (`perceptual`) pictures whose hashes differ in at most so many of 64 bits. */
  duplicates: request(
    Ref.extend({
      similarity: z.number().min(0.5).max(1).default(0.98),
      perceptual: z.int().min(0).max(32).nullable().default(null),
      column: z.string().optional(),
    }),
    z.object({ groups: z.array(DuplicateGroup), items: z.int(), acrossSplits: z.int() }),
  ),
  /** Labels that are probably wrong, by confident learning (Northcutt, Jiang, Chuang 2021) on cross-validated probabilities of the linear
   *  head. `confused`: pairs of classes that the features cannot tell apart. Items marked as kept are left out, unless `kept`. */
  suspicious: request(
    OfColumn.extend({ count: z.int().min(1).max(100_000).default(1000), kept: z.boolean().default(false) }),
    z.object({
      labels: z.array(SuspiciousLabel),
      total: z.int(),
      /** Labels that were looked at. */
      examined: z.int(),
      confused: z.array(z.object({ given: z.string(), suggested: z.string(), count: z.int(), share: z.number() })),
      note: z.string().nullable(),
    }),
  ),
  /** Items that are far from all others: mean cosine distance to their nearest neighbours, largest first. */
  outliers: request(
    Ref.extend({ count: z.int().min(1).max(10_000).default(100) }),
    z.object({ items: z.array(ScoredItem) }),
  ),
  /** Pictures that are too dark, too bright, blurred or blank, worst first. */
  quality: request(
    Ref,
    z.object({ items: z.array(z.object({ item: z.int(), path: z.string(), fault: PictureFault, score: z.number() })) }),
  ),
  /** Places in the plane, item by item (base64 of float32 little endian, x and y of item 1, of item 2, ...). umap may take a minute;
   *  `labelling.progressed` tells how far it is. Kept per base and dataset until another base is prepared. */
  map: request(
    Ref.extend({
      method: z.enum(['pca', 'umap']),
      neighbours: z.int().min(2).max(200).default(15),
      minDistance: z.number().min(0).max(1).default(0.1),
    }),
    z.object({ items: z.int(), points: z.string(), seconds: z.number(), wasKept: z.boolean() }),
  ),
  /** Ends the map that is being computed: `labelling.map` then fails with E_CANCELLED. Nothing happens where none is. */
  stopMap: command(Ref, z.object({})),
  /** The head's suggestion for every item (base64): class index as int16 (-1: none), confidence as float32. For the map's colours. */
  allSuggestions: request(
    OfColumn,
    z.object({ fit: z.int(), classes: z.array(z.string()), best: z.string(), confidence: z.string() }),
  ),
  /** Keeps or sends to "unsure", item by item; null takes the mark away. A label that changes takes its mark with it. */
  mark: command(OfColumn.extend({ itemIds: ItemIds, mark: LabelMark.nullable() }), z.object({ changed: z.int() })),
  marks: request(OfColumn, z.object({ kept: z.array(z.int()), unsure: z.array(z.int()) })),
  /** Something of the state is new: a fit, a status. */
  changed: event(z.object({ datasetId: z.string(), status: LabellingState.shape.status, head: HeadFit.nullable() })),
  progressed: event(
    z.object({ datasetId: z.string(), what: z.string(), done: z.number(), total: z.number().nullable() }),
  ),
} as const
