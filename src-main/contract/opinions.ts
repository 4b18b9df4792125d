import { z } from 'zod'
import { Dataset, Split } from './datasets.ts'
import { command, event, request } from './define.ts'

/** Second opinions: another person labels a random part of a dataset without seeing its labels. The second labels are kept apart and never
 *  touch the dataset, until a person takes one. */

export const Opinion = z.object({
  id: z.string(),
  datasetId: z.string(),
  /** Who labels, or what the pass is called. */
  name: z.string(),
  column: z.string(),
  /** Of the dataset at the draw: first labels are as they were then. */
  version: z.int(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  drawn: z.int(),
  answered: z.int(),
  /** Labelled items that it was drawn from. */
  pool: z.int(),
  seed: z.int(),
  /** Drawn items whose label in the dataset is another one now than at the draw. */
  changedSince: z.int(),
  /** Answers, or first labels, that name a class which is gone: left out of all figures. */
  lost: z.int(),
  /** The label column is gone: nothing can be answered or taken. */
  isColumnGone: z.boolean(),
})
export type Opinion = z.infer<typeof Opinion>

export const OpinionDecision = z.enum(['kept', 'taken', 'unsure'])
export type OpinionDecision = z.infer<typeof OpinionDecision>

const Kappa = z.object({ kappa: z.number(), standardError: z.number(), low: z.number(), high: z.number() })

export const Agreement = z.object({
  opinionId: z.string(),
  name: z.string(),
  column: z.string(),
  /** Items that both labelled. */
  items: z.int(),
  agreed: z.int(),
  /** Share of them, with Wilson's 95 % interval; null: no items. */
  agreement: z.object({ share: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** Cohen's kappa with its large-sample standard error and 95 % interval; null: one class only, or no items. */
  kappa: Kappa.nullable(),
  /** Each class against all others, in the column's order; classes that neither used are left out. */
  classes: z.array(
    z.object({ name: z.string(), first: z.int(), second: z.int(), both: z.int(), kappa: Kappa.nullable() }),
  ),
  /** Rows: first label, columns: second, over the classes above. */
  confusion: z.array(z.array(z.int())),
  disagreements: z.int(),
  decided: z.int(),
})
export type Agreement = z.infer<typeof Agreement>

export const Disagreement = z.object({
  item: z.int(),
  path: z.string(),
  split: Split,
  first: z.string(),
  second: z.string(),
  /** The label now. */
  now: z.string().nullable(),
  decision: OpinionDecision.nullable(),
})
export type Disagreement = z.infer<typeof Disagreement>

const Ref = z.strictObject({ opinionId: z.string() })
const ItemIds = z.array(z.int()).min(1).max(100_000)

export const opinions = {
  /** Draws items at random from all that have a label in the column. Without `count` or `share` 100 items, or all where there are fewer.
   *  Errors: E_NOT_FOUND, E_DATASET_LABEL (no such column, not of classes, nothing labelled), E_INPUT (more than there are). */
  start: command(
    z.strictObject({
      datasetId: z.string(),
      column: z.string(),
      count: z.int().min(1).max(100_000).optional(),
      share: z.number().min(0).max(1).optional(),
      seed: z.int().min(0).default(1),
      name: z.string().max(100).default('Second labeller'),
    }),
    Opinion,
  ),
  /** Newest first. */
  list: request(z.strictObject({ datasetId: z.string() }), z.array(Opinion)),
  /** Drawn items in the order of the draw, each with its second label: never with its first. null: not answered. */
  items: request(Ref, z.object({ itemIds: z.array(z.int()), answers: z.array(z.string().nullable()) })),
  /** A second label; null takes it back. Errors: E_INPUT (an item that was not drawn), E_DATASET_LABEL (no class of the column),
   *  E_OPINION_STATE (it is finished, or its column is gone). */
  answer: command(Ref.extend({ itemIds: ItemIds, value: z.string().nullable() }), Opinion),
  /** From now on its answers stay, and first and second label can be seen side by side. */
  finish: command(Ref, Opinion),
  remove: command(Ref, z.object({})),
  /** Errors: E_OPINION_STATE (not finished: the second labeller has to stay blind). */
  agreement: request(Ref, Agreement),
  disagreements: request(
    Ref.extend({ offset: z.int().min(0).default(0), limit: z.int().min(1).max(10_000).default(1000) }),
    z.object({ total: z.int(), items: z.array(Disagreement) }),
  ),
  /** kept: the first label is right. taken: the second becomes the item's label, all in one undoable change. unsure: marked as such.
   *  null: undecided again. */
  decide: command(
    Ref.extend({ itemIds: ItemIds, decision: OpinionDecision.nullable() }),
    z.object({ dataset: Dataset, changed: z.int(), itemIds: z.array(z.int()) }),
  ),
  changed: event(z.object({ datasetId: z.string(), opinionId: z.string(), opinion: Opinion.nullable() })),
} as const
