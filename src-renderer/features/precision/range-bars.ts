import type { CalibratedRange } from '@contract/precision.ts'

/** Places in the width of a bar, as shares of it. */
export interface RangeBar {
  readonly seen: { readonly from: number; readonly to: number }
  readonly spanned: { readonly from: number; readonly to: number }
  /** Of what was seen, the share of the width that is cut off: values there become the nearest end of the range. */
  readonly cut: number
}

/** What was seen and what is spanned of it, on one scale that holds both. */
export function rangeBar({ low, high, smallest, largest }: CalibratedRange): RangeBar {
  const start = Math.min(low, smallest)
  const width = Math.max(high, largest) - start
  const at = (value: number): number => (width > 0 ? (value - start) / width : 0)
  const seen = { from: at(smallest), to: width > 0 ? at(largest) : 1 }
  const spanned = { from: at(low), to: width > 0 ? at(high) : 1 }
  const lost = Math.max(0, low - smallest) + Math.max(0, largest - high)
  return { seen, spanned, cut: largest > smallest ? Math.min(1, lost / (largest - smallest)) : 0 }
}

/** Those whose name holds all words of the search. */
export function findRanges(ranges: readonly CalibratedRange[], search: string): readonly CalibratedRange[] {
  const words = search.toLowerCase().split(/\s+/)
  return ranges.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
}
