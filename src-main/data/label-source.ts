import type { LabelColumn } from '../contract/datasets.ts'
import type { ColumnFacts } from './columns.ts'

/** A label column, and where in a file it is from. */
export interface LabelSource {
  readonly column: LabelColumn
  readonly facts: ColumnFacts
  /** Of tags (tag-sources.ts). */
  readonly tags?: {
    /** null: not labelled. */
    read(row: readonly string[]): string[] | null
    /** The file's columns that it is made of. */
    readonly uses: readonly string[]
    /** What is told of a row without label. */
    readonly missing: string
    /** How its cells were taken, where they could be read in another way. */
    readonly note: string | null
  }
}
