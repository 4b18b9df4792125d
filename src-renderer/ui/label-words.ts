import type { LabelValue } from '@contract/datasets.ts'
import { formatQuantity } from './format.ts'

/** What an item has that has none of the tags: it is labelled, too. */
export const NO_TAG = 'none of them'

/** A label as people read it; null: there is none. */
export function labelWords(label: LabelValue | undefined, digits?: number): string | null {
  if (label === null || label === undefined) return null
  if (Array.isArray(label)) return label.length === 0 ? NO_TAG : label.join(', ')
  return typeof label === 'number' ? formatQuantity(label, digits) : label
}

/** Whether two labels say the same. */
export function isSameLabel(a: LabelValue, b: LabelValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
