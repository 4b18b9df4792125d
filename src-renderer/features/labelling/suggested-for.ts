import { client } from '../../app/client.ts'
import type { Candidate } from './review.ts'

const PAGE = 1000

/** What is suggested for these items, of those that have no label; items of the test split are only counted, unless `test`. */
export async function suggestedFor(
  of: { readonly datasetId: string; readonly column: string },
  itemIds: readonly number[],
  test: boolean,
): Promise<{ fit: number; total: number; inTest: number; list: Candidate[] }> {
  const list: Candidate[] = []
  let fit = 0
  let inTest = 0
  for (let start = 0; start < itemIds.length; start += PAGE) {
    const ids = itemIds.slice(start, start + PAGE)
    const [answer, { items }] = await Promise.all([
      client.call('labelling.suggestions', { ...of, itemIds: ids }),
      client.call('datasets.items', { datasetId: of.datasetId, filter: { ids }, offset: 0, limit: ids.length }),
    ])
    fit = answer.fit
    const byId = new Map(items.map((item) => [item.id, item]))
    for (const suggestion of answer.suggestions) {
      const item = byId.get(suggestion.item)
      if (item === undefined || (item.labels[of.column] ?? null) !== null) continue
      if (item.split === 'test') inTest++
      if (item.split !== 'test' || test) list.push({ ...suggestion, path: item.name, split: item.split })
    }
  }
  return { fit, total: list.length, inTest, list }
}
