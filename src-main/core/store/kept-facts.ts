import type { itemChannels, itemSizes } from './items-repo.ts'

/** What the feature columns of a table hold over its training items. */
export interface FeatureFacts {
  /** Mean and standard deviation (of the population) of numeric columns; missing values are left out. */
  readonly columnStatistics: Record<string, { mean: number; std: number }>
  /** Items without a value, per column; columns that miss nothing are left out. */
  readonly missingValues: Record<string, number>
}

/** What is known of a dataset's items, kept for all of its versions: items never change. Filled when first asked for. */
export interface ItemFacts {
  sizes?: ReturnType<typeof itemSizes>
  channels?: ReturnType<typeof itemChannels>
  duplicates?: number
  /** By the split that they were found with, the newest first. */
  features: readonly { readonly split: Float64Array; readonly facts: Promise<FeatureFacts> | FeatureFacts }[]
}
