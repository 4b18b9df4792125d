import type { ImportProblem, LabelValue, Split } from '../contract/datasets.ts'
import type { ExportedDataset } from '../contract/exported-dataset.ts'
import type { FoundFile } from './scan-folder.ts'

export type CellValue = string | number | null

/** What an export says of one item. */
export interface ExportedEntry {
  /** Of pictures: relative to the export. */
  readonly path: string | null
  /** Where it says so, for messages. */
  readonly place: string
  readonly split: Split | null
  /** In the order of the columns. */
  readonly labels: readonly LabelValue[]
  /** Of rows: in the order of the columns. */
  readonly values: readonly CellValue[]
}

/** A picture of an export and what is said of it; null: nothing. */
export interface ExportedImage extends FoundFile {
  readonly entry: ExportedEntry | null
}

/** A dataset that Graft wrote: everything about it is said, and nothing has to be guessed. */
export interface ExportedPlan {
  readonly kind: 'exported'
  readonly document: ExportedDataset
  /** Of a table. */
  readonly rows: readonly ExportedEntry[]
  /** Of pictures. */
  readonly images: readonly ExportedImage[]
  readonly problems: ImportProblem[]
  /** False when a limit stopped the search for pictures. */
  readonly isComplete: boolean
}
