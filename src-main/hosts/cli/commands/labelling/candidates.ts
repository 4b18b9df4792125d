import type { RequestInput, RequestOutput } from '../../../../contract/index.ts'
import type { OpenClient } from '../../open-client.ts'

type Asked = Omit<RequestInput<'labelling.candidates'>, 'offset' | 'limit'>

const PAGE = 10_000

/** Every candidate, page by page. */
export async function allCandidates(session: OpenClient, asked: Asked): Promise<RequestOutput<'labelling.candidates'>> {
  const first = await session.call('labelling.candidates', { ...asked, limit: PAGE })
  const { suggestions } = first
  while (suggestions.length < first.total) {
    const page = { offset: suggestions.length, limit: PAGE }
    const next = await session.call('labelling.candidates', { ...asked, ...page })
    if (next.suggestions.length === 0) break
    suggestions.push(...next.suggestions)
  }
  return first
}
