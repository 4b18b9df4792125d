import type { FeatureColumn, ImportProblem, LabelColumn, SplitPlan } from '../contract/datasets.ts'
import type { ImportedItem } from '../contract/trainer.ts'

export interface DatasetSchema {
  readonly kind: 'image' | 'table'
  /** Absolute path of the packed pixels or table values in the finished dataset; null when items are files. */
  readonly pack: string | null
  readonly labelColumns: LabelColumn[]
  readonly featureColumns: FeatureColumn[]
  /** Of a dataset that was exported: its items stay in the splits that they come with. */
  readonly split?: SplitPlan
}

/** Where an import says what it finds. The schema comes first; told again, the last one counts. */
export interface ImportSink {
  schema(schema: DatasetSchema): Promise<void>
  /** Resolves when the receiver keeps up: waiting for it keeps memory flat. */
  item(item: ImportedItem): Promise<void>
  problem(problem: ImportProblem): void
  progress(done: number, total: number | null, message: string): void
}

/** What an import gets beside its source. */
export interface ImportTarget {
  /** The folder that is written to now. */
  readonly folder: string
  /** Where that folder will be once the import is done: paths in items lead there. */
  readonly finalFolder: string
  readonly storage: 'reference' | 'copy'
  readonly sink: ImportSink
  readonly signal: AbortSignal
}
