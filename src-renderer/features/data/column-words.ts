import type { FeatureColumn } from '@contract/datasets.ts'
import { plural } from '../../ui/format.ts'

const LISTED = 40

/** What the import took each feature for: its kind, and the cells without a value. */
export function featureWords(columns: readonly FeatureColumn[]): string {
  const words = columns.slice(0, LISTED).map(({ name, type, categories, missing }) => {
    const kind = type === 'numeric' ? 'numbers' : plural(categories.length, 'category', 'categories')
    const texts = missing === undefined || missing.texts.length === 0 ? '' : `: ${missing.texts.join(', ')}`
    return `${name} (${kind}${missing === undefined || missing.cells === 0 ? '' : `, ${missing.cells} missing${texts}`})`
  })
  const more = columns.length > LISTED ? ` and ${columns.length - LISTED} more` : ''
  return words.join(', ') + more
}
