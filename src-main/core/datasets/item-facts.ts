import type { Db } from '../store/database.ts'
import { countDuplicates, itemChannels, itemSizes } from '../store/items-repo.ts'
import type { FeatureFacts } from './feature-facts.ts'

/** What is known of a dataset's items, kept for all of its versions: items never change. Filled when first asked for. */
export interface ItemFacts {
  sizes?: ReturnType<typeof itemSizes>
  channels?: ReturnType<typeof itemChannels>
  duplicates?: number
  /** By the split that they were found with, the newest first. */
  features: { readonly split: Float64Array; readonly facts: Promise<FeatureFacts> | FeatureFacts }[]
}

interface Of {
  readonly row: { readonly key: number }
  readonly itemFacts: ItemFacts
}

/** Sizes of pictures, the most frequent first. */
export function sizesOf(db: Db, { row, itemFacts }: Of): ReturnType<typeof itemSizes> {
  return (itemFacts.sizes ??= itemSizes(db, row.key))
}

export function channelsOf(db: Db, { row, itemFacts }: Of): ReturnType<typeof itemChannels> {
  return (itemFacts.channels ??= itemChannels(db, row.key))
}

export function duplicatesOf(db: Db, { row, itemFacts }: Of): number {
  return (itemFacts.duplicates ??= countDuplicates(db, row.key))
}
