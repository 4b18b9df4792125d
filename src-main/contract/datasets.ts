import { z } from 'zod'
import { command, event, request } from './define.ts'
import { SourceRef, Sources } from './workspace.ts'

export const Split = z.enum(['train', 'validation', 'test'])
export type Split = z.infer<typeof Split>

/** What a label column says of an item: one class, a number, or any number of tags. */
export const LabelType = z.enum(['classification', 'regression', 'tags'])
export type LabelType = z.infer<typeof LabelType>

/** The most tags that a column may have. */
export const MAX_TAGS = 1000

/** A class, a number, the tags that an item has (none of them: an empty list), or null: not labelled. */
export const LabelValue = z.union([z.string(), z.number(), z.array(z.string()).max(MAX_TAGS), z.null()])
export type LabelValue = z.infer<typeof LabelValue>

export const LabelColumn = z.object({
  name: z.string(),
  type: LabelType,
  /** Classes or tags in a fixed order: an item's class index never moves when a class is added. Empty for regression. */
  classes: z.array(z.string()),
})
export type LabelColumn = z.infer<typeof LabelColumn>

/** A column of a table dataset that the network sees. */
export const FeatureColumn = z.object({
  name: z.string(),
  type: z.enum(['numeric', 'categorical']),
  categories: z.array(z.string()),
  /** How its numbers were written; absent: imported before this was kept. */
  decimal: z.enum(['point', 'comma']).optional(),
  /** Cells without a value, and how they were written when not empty; absent: imported before this was kept. */
  missing: z.object({ cells: z.int(), texts: z.array(z.string()) }).optional(),
})
export type FeatureColumn = z.infer<typeof FeatureColumn>

export const SplitPlan = z.strictObject({
  train: z.number().min(0).max(1),
  validation: z.number().min(0).max(1),
  test: z.number().min(0).max(1),
  seed: z.int().min(0),
  /** Keeps class shares equal over the splits; the column whose classes count. */
  stratifyBy: z.string().nullable(),
})
export type SplitPlan = z.infer<typeof SplitPlan>

/** A file or row that was not imported, and why. `code` is stable (docs/errors.md lists them). */
export const ImportProblem = z.object({
  path: z.string(),
  code: z.enum([
    'zero-bytes',
    'truncated',
    'not-an-image',
    'wrong-extension',
    'unreadable',
    'unsupported-format',
    'too-large',
    'symlink-outside',
    'symlink-loop',
    'bad-name',
    'missing-file',
    'missing-label',
    'bad-value',
    'bad-row',
    'duplicate',
    'duplicate-row',
    'too-many-columns',
    'empty-class',
    'nested-class',
    'unicode-forms',
    'split-shares',
    'contradiction',
  ]),
  message: z.string(),
  /** error: left out. warning: imported, worth a look (e.g. wrong extension, duplicate kept out of the test split). */
  level: z.enum(['error', 'warning']),
})
export type ImportProblem = z.infer<typeof ImportProblem>

export const Dataset = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['image', 'table']),
  version: z.int(),
  items: z.int(),
  createdAt: z.string(),
  source: z.string(),
  /** Files stay where they are, or were copied into the workspace (also packed arrays). */
  storage: z.enum(['reference', 'copy']),
  labelColumns: z.array(LabelColumn),
  featureColumns: z.array(FeatureColumn),
  /** The most common size of its images; null for tables. */
  imageSize: z.object({ width: z.int(), height: z.int() }).nullable(),
  split: SplitPlan,
  splitCounts: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  problems: z.int(),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
})
export type Dataset = z.infer<typeof Dataset>

export const Item = z.object({
  id: z.int(),
  /** Relative path, or `row 12` / `image 12`. */
  name: z.string(),
  split: Split,
  labels: z.record(z.string(), LabelValue),
  width: z.int().nullable(),
  height: z.int().nullable(),
  channels: z.int().nullable(),
  contentHash: z.string(),
  duplicateOf: z.int().nullable(),
  /** Table datasets: the row's feature values. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullable(),
})
export type Item = z.infer<typeof Item>

export const ItemFilter = z.strictObject({
  split: Split.optional(),
  column: z.string().optional(),
  /** With `column`: items of this class or with this tag; null: unlabelled ones. */
  label: z.string().nullable().optional(),
  /** With `column` of tags: labelled items that do not have this tag. */
  without: z.string().optional(),
  /** With `column` of tags: labelled items that have none. */
  untagged: z.boolean().optional(),
  search: z.string().optional(),
  duplicates: z.boolean().optional(),
  ids: z.array(z.int()).max(10_000).optional(),
})
export type ItemFilter = z.infer<typeof ItemFilter>

/** What a source looks like before it is imported. */
export const SourceInspection = z.object({
  source: z.string(),
  suggestedName: z.string(),
  layout: z.enum(['folder-per-class', 'folder-with-labels', 'flat-folder', 'idx', 'table', 'exported', 'unknown']),
  summary: z.string(),
  /** Files found (capped scan) or rows. */
  count: z.int(),
  classes: z.array(z.object({ name: z.string(), count: z.int() })),
  /** CSV columns with guessed types, for choosing the label column(s). */
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['numeric', 'categorical', 'path', 'id']),
      distinct: z.int(),
      missing: z.int(),
      /** How those are written where they are not empty. */
      missingTexts: z.array(z.string()),
      examples: z.array(z.string()),
      /** What it would be as a label. */
      labelType: LabelType,
    }),
  ),
  suggestedLabels: z.array(z.string()),
  /** Whether the first line was taken for names of columns; null: there is no file of lines. */
  header: z.boolean().nullable(),
  warnings: z.array(z.string()),
})
export type SourceInspection = z.infer<typeof SourceInspection>

/** How a table or label file is read, where it is said instead of guessed. */
export const Reading = z.strictObject({
  /** Texts that stand for no value, beside an empty cell; absent: NA, N/A, NaN, nil, null, None, ? and -. */
  missing: z.array(z.string()).optional(),
  /** Whether the first line names the columns; absent: guessed. */
  header: z.boolean().optional(),
})
export type Reading = z.infer<typeof Reading>

export const ImportOptions = z.strictObject({
  name: z.string().min(1).max(100),
  storage: z.enum(['reference', 'copy']).default('reference'),
  /** Tables and label files: which columns are labels; absent: the suggested ones. */
  labelColumns: z.array(z.strictObject({ name: z.string(), type: LabelType.optional() })).optional(),
  /** Columns of yes and no that become one label column of tags, a tag each; `name` absent: tags. */
  tagColumns: z
    .strictObject({ name: z.string().min(1).max(100).optional(), columns: z.array(z.string()).min(1).max(MAX_TAGS) })
    .optional(),
  /** What stands between the tags of a cell; absent: the first of ; | , that occurs, which a warning tells. */
  tagSeparator: z.enum([';', '|', ',']).optional(),
  /** Columns to leave out of a table. */
  ignoreColumns: z.array(z.string()).default([]),
  ...Reading.shape,
  split: SplitPlan.partial().optional(),
})
export type ImportOptions = z.input<typeof ImportOptions>

const Ref = z.strictObject({ datasetId: z.string() })
const Changed = z.object({ dataset: Dataset, changed: z.int(), itemIds: z.array(z.int()) })

export const DatasetStatistics = z.object({
  /** Per label column. Regression columns have `histogram`, the others `classes`. */
  columns: z.array(
    z.object({
      name: z.string(),
      classes: z.array(
        z.object({ name: z.string(), total: z.int(), train: z.int(), validation: z.int(), test: z.int() }),
      ),
      unlabelled: z.int(),
      /** Of tags: labelled items with none, one, two ... of them. */
      perItem: z.array(z.int()).optional(),
      histogram: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
    }),
  ),
  duplicates: z.int(),
  sizes: z.array(z.object({ width: z.int(), height: z.int(), count: z.int() })),
  channels: z.record(z.string(), z.int()),
})
export type DatasetStatistics = z.infer<typeof DatasetStatistics>

/** Values of images as they are stored, 0..255, per channel (one or three). */
export const PixelStatistics = z.object({
  /** Images that were looked at: evenly spread over the source. */
  images: z.int(),
  min: z.array(z.number()),
  max: z.array(z.number()),
  mean: z.array(z.number()),
  std: z.array(z.number()),
})
export type PixelStatistics = z.infer<typeof PixelStatistics>

export const DatasetFormat = z.enum(['csv', 'json', 'folders'])
export type DatasetFormat = z.infer<typeof DatasetFormat>

/** What a format makes of a dataset, known before anything is written. */
export const DatasetExportOffer = z.object({
  format: DatasetFormat,
  /** Why it cannot hold the dataset; null: it can. */
  refusal: z.string().nullable(),
  /** What will be there in another way than it is here. */
  notes: z.array(z.string()),
})
export type DatasetExportOffer = z.infer<typeof DatasetExportOffer>

export const datasets = {
  list: request(z.strictObject({}), z.array(Dataset)),
  /** By id or by name. */
  get: request(Ref, Dataset),
  inspect: request(z.strictObject({ source: Sources, ...Reading.shape }), SourceInspection),
  /** Starts an import job; the dataset exists (and can be shown) once the job is done. */
  import: command(z.strictObject({ source: Sources, options: ImportOptions }), z.object({ jobId: z.string() })),
  items: request(
    z.strictObject({
      datasetId: z.string(),
      filter: ItemFilter.default({}),
      offset: z.int().min(0),
      limit: z.int().min(1).max(1000),
    }),
    z.object({ total: z.int(), items: z.array(Item) }),
  ),
  /** Ids in grid order, for range selection over pages. */
  itemIds: request(z.strictObject({ datasetId: z.string(), filter: ItemFilter.default({}) }), z.array(z.int())),
  statistics: request(Ref, DatasetStatistics),
  problems: request(
    z.strictObject({
      datasetId: z.string(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(10_000).default(1000),
    }),
    z.object({ total: z.int(), problems: z.array(ImportProblem) }),
  ),
  versions: request(Ref, z.array(z.object({ version: z.int(), at: z.string(), change: z.string(), items: z.int() }))),
  /** The formats that a dataset can be exported in, and those that cannot hold it. */
  exportOffers: request(
    z.strictObject({ datasetId: z.string(), version: z.int().optional() }),
    z.array(DatasetExportOffer),
  ),
  /** Starts an export job: a new folder that, imported again, is the same dataset. Errors: E_EXPORT_FORMAT, E_INPUT (the folder has
   *  content), E_NOT_FOUND. */
  export: command(
    z.strictObject({
      datasetId: z.string(),
      format: DatasetFormat,
      /** Absent: in the workspace, under exports. */
      folder: SourceRef.optional(),
      /** Absent: the newest. */
      version: z.int().optional(),
      /** Hard links to the pictures instead of copies, where the file system can. */
      link: z.boolean().default(false),
    }),
    z.object({ jobId: z.string() }),
  ),
  rename: command(z.strictObject({ datasetId: z.string(), name: z.string().min(1).max(100) }), Dataset),
  remove: command(Ref, z.object({})),
  /** Sets one column's label on items; null takes it away. One call is one undo step. An unknown class is added. */
  label: command(
    z.strictObject({
      datasetId: z.string(),
      column: z.string(),
      itemIds: z.array(z.int()).min(1).max(100_000),
      value: LabelValue,
    }),
    Changed,
  ),
  /** The same with a value for each group of items, e.g. suggestions that a user accepts: one undo step for all of them. */
  labelEach: command(
    z.strictObject({
      datasetId: z.string(),
      column: z.string(),
      labels: z
        .array(
          z.strictObject({
            itemIds: z.array(z.int()).min(1).max(100_000),
            value: LabelValue,
          }),
        )
        .min(1)
        .max(10_000),
    }),
    Changed,
  ),
  /** Gives items a tag or takes it from them; `on` absent: takes it where all of them have it, else gives it. An unknown tag is added. An item
   *  without a label has no other tag then; a tag that it would be taken from leaves it without a label. One call is one undo step. */
  toggleTag: command(
    z.strictObject({
      datasetId: z.string(),
      column: z.string(),
      itemIds: z.array(z.int()).min(1).max(100_000),
      tag: z.string().min(1).max(200),
      on: z.boolean().optional(),
    }),
    Changed,
  ),
  addColumn: command(
    z.strictObject({
      datasetId: z.string(),
      name: z.string().min(1).max(100),
      type: LabelType,
      classes: z.array(z.string()).default([]),
    }),
    Dataset,
  ),
  addClass: command(
    z.strictObject({ datasetId: z.string(), column: z.string(), name: z.string().min(1).max(200) }),
    Dataset,
  ),
  renameClass: command(
    z.strictObject({ datasetId: z.string(), column: z.string(), from: z.string(), to: z.string().min(1).max(200) }),
    Dataset,
  ),
  /** Splits anew, seeded and stratified; exact copies of an image are kept together and out of the test split. */
  split: command(z.strictObject({ datasetId: z.string(), plan: SplitPlan }), Changed),
  moveToSplit: command(
    z.strictObject({ datasetId: z.string(), itemIds: z.array(z.int()).min(1).max(100_000), split: Split }),
    Changed,
  ),
  /** The same with a split for each group of items: one undo step for all of them. An item that is named twice takes the last split. */
  moveEach: command(
    z.strictObject({
      datasetId: z.string(),
      moves: z
        .array(z.strictObject({ itemIds: z.array(z.int()).min(1).max(100_000), split: Split }))
        .min(1)
        .max(10_000),
    }),
    Changed,
  ),
  undo: command(Ref, Changed),
  redo: command(Ref, Changed),
  changed: event(
    z.object({ dataset: Dataset.nullable(), datasetId: z.string(), itemIds: z.array(z.int()).nullable() }),
  ),
} as const
