import type { Db } from '../store/database.ts'
import { countDuplicates, itemChannels, itemSizes } from '../store/items-repo.ts'
import type { ItemFacts } from '../store/kept-facts.ts'

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
