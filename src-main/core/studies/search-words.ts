import type { SearchResults } from '../../contract/studies.ts'
import { amountText, valueText } from './arm-words.ts'

/** On what a search has chosen, what its choice gives where nothing was chosen, and which setting matters. */
export function searchSentences(search: SearchResults | null): string[] {
  if (search === null) return []
  return [chosenSentence(search), importanceSentence(search)].filter((sentence) => sentence !== null)
}

function chosenSentence({ onTest }: SearchResults): string {
  const chosen = 'Chosen on the validation split'
  if (onTest === null) return `${chosen}, alone: the best of many looks better there than it is.`
  const spread = onTest.half === null ? '' : ` ± ${amountText(onTest.metric, onTest.half, null)}`
  return `${chosen}; on the test split, which chose nothing, it gives ${valueText(onTest.metric, onTest.mean)}${spread}.`
}

function importanceSentence({ settings }: SearchResults): string | null {
  const known = settings.flatMap(({ label, importance }) => (importance === null ? [] : [{ label, importance }]))
  if (known.length < 2) return null
  const [first] = known.sort((a, b) => b.importance - a.importance)
  if (first === undefined) return null
  const share = `${Math.round(100 * first.importance)} %`
  const rest = Math.max(0, 1 - known.reduce((sum, { importance }) => sum + importance, 0))
  const together = rest < 0.1 ? '' : `; ${Math.round(100 * rest)} % lie in settings together`
  return `${share} of the differences come from ${first.label} alone${together}.`
}
