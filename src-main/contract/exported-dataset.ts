import { z } from 'zod'
import { FeatureColumn, LabelColumn, LabelValue, Split, SplitPlan } from './datasets.ts'

/** The file by which an import knows a dataset that Graft has written. */
export const EXPORTED_FILE = 'graft-dataset.json'
/** What every such file says of itself. */
export const EXPORTED_TYPE = 'graft-dataset'
/** Folder of the pictures, and the lists, of a dataset as CSV. */
export const IMAGES_FOLDER = 'images'
export const LABELS_FILE = 'labels.csv'
export const TABLE_FILE = 'table.csv'

/** Names that stand once each. */
function distinct<T>(texts: readonly T[]): boolean {
  return new Set(texts).size === texts.length
}

const Label = z.union([z.string(), z.number(), z.null()])

/** One item of a dataset as JSON. */
export const ExportedItem = z.object({
  /** Of pictures: relative to the folder, with `/`. */
  path: z.string().optional(),
  split: Split.nullable(),
  labels: z.record(z.string(), LabelValue).default({}),
  /** Of rows. */
  values: z.record(z.string(), Label).optional(),
})
export type ExportedItem = z.infer<typeof ExportedItem>

/** What lists and folders cannot say of a dataset: it lies beside them. */
export const ExportedDataset = z.object({
  type: z.literal(EXPORTED_TYPE),
  formatVersion: z.literal(1),
  name: z.string(),
  version: z.int(),
  /** As it was exported. What is imported is what lies here now. */
  hash: z.string(),
  kind: z.enum(['image', 'table']),
  layout: z.enum(['csv', 'json', 'folders']),
  /** `header`: its name in the CSV, where each name stands once. `separator`: what stands between the tags of a cell there. */
  labelColumns: z
    .array(LabelColumn.extend({ header: z.string(), separator: z.enum([';', '|', ',']).optional() }))
    .refine((columns) => distinct(columns.map(({ name }) => name)), 'two columns of one name')
    .refine((columns) => columns.every(({ classes }) => distinct(classes)), 'two classes of one name'),
  featureColumns: z
    .array(FeatureColumn.extend({ header: z.string() }))
    .refine((columns) => distinct(columns.map(({ name }) => name)), 'two columns of one name'),
  splitHeader: z.string(),
  split: SplitPlan,
  /** Its pictures were packed: they are PNG files here, and become raw pixels of this shape again. */
  pixels: z
    .object({ height: z.int().min(1), width: z.int().min(1), channels: z.union([z.literal(1), z.literal(3)]) })
    .nullable(),
  /** Folders of the classes, below those of the splits. */
  folders: z.array(z.object({ class: z.string(), folder: z.string() })),
  /** As JSON only. */
  items: z.array(ExportedItem).optional(),
})
export type ExportedDataset = z.infer<typeof ExportedDataset>
