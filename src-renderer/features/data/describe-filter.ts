import type { ItemFilter } from '@contract/datasets.ts'
import { SPLIT_NAMES } from './splits.ts'

/** The filter in words: "cat, validation, name contains 12". */
export function describeFilter(filter: ItemFilter): string {
  const parts: string[] = []
  if (filter.column !== undefined && filter.label === null) parts.push('not labelled')
  else if (filter.column !== undefined && typeof filter.label === 'string') parts.push(`“${filter.label}”`)
  if (filter.without !== undefined) parts.push(`without “${filter.without}”`)
  if (filter.untagged === true) parts.push('none of the tags')
  if (filter.split !== undefined) parts.push(SPLIT_NAMES[filter.split].toLowerCase())
  if (filter.ids !== undefined) parts.push('from a list')
  if (filter.duplicates === true) parts.push('exact copies')
  if (filter.ids !== undefined) parts.push('chosen on the map')
  if (filter.search !== undefined) parts.push(`name contains “${filter.search}”`)
  return parts.join(', ')
}
