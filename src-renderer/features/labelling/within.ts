import type { ItemFilter } from '@contract/datasets.ts'
import { client } from '../../app/client.ts'

/** What the filter lets through, in the order of `ids`. */
export async function within(
  ids: readonly number[],
  filter: ItemFilter,
  datasetId: string,
): Promise<readonly number[]> {
  if (Object.keys(filter).length === 0) return ids
  const passing = new Set(await client.call('datasets.itemIds', { datasetId, filter }))
  return ids.filter((id) => passing.has(id))
}
