import type { AnalysisRecord } from '@contract/analyses.ts'
import type { Variant } from '@contract/params.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'

/** Places on the bench where a measurement answers the question at hand. */
export type Slot = 'advisor' | 'rate' | 'gap' | 'ranking'

const TYPES: Readonly<Record<Slot, RegExp>> = {
  advisor: /advis/,
  rate: /rate/,
  gap: /gap/,
  ranking: /rank|transferab/,
}

/** The analysis that fills a place; null while the catalogue has none. */
export function slotVariant(analyses: readonly Variant[] | undefined, slot: Slot): Variant | null {
  return analyses?.find((one) => TYPES[slot].test(one.type)) ?? null
}

/** Whether the spec has changed in what the measurement looked at: its data, its base, and for the gap the other dataset. */
export function isStale(record: AnalysisRecord, spec: ExperimentSpecInput, slot: Slot): boolean {
  const seen = (of: ExperimentSpecInput): string => {
    const base = slot === 'ranking' ? null : of.base
    const target = slot === 'gap' ? (of.strategy['target'] ?? null) : null
    return JSON.stringify([of.dataset, base, target])
  }
  return seen(record.spec) !== seen(spec)
}
