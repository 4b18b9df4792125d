import type { ItemFilter } from '@contract/datasets.ts'
import type { RequestOutput } from '@contract/index.ts'
import type { Listing } from '../data/use-items.ts'
import { within } from './within.ts'

/** Items in the order of their likeness to others, or to a picture from outside. */
export class SimilarListing implements Listing {
  /** "3 items", or the name of the one item or picture. */
  readonly to: string
  /** Cosine of features by item id. */
  readonly scores: ReadonlyMap<number, number>
  /** What was shown before; null: all items. */
  readonly before: Listing | null
  readonly #datasetId: string

  constructor(
    found: RequestOutput<'labelling.similar'>['items'],
    about: { to: string; datasetId: string; before: Listing | null },
  ) {
    this.scores = new Map(found.map((one) => [one.item, one.similarity]))
    this.to = about.to
    this.before = about.before
    this.#datasetId = about.datasetId
  }

  ids(filter: ItemFilter): Promise<readonly number[]> {
    return within([...this.scores.keys()], filter, this.#datasetId)
  }
}
