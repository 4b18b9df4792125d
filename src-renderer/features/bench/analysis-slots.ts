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

/** What the measurement's form takes over from the strategy: fields of the same name, such as the target dataset. */
export function paramsFrom(
  variant: Variant,
  before: Readonly<Record<string, unknown>>,
  spec: ExperimentSpecInput,
): Record<string, unknown> {
  const shared = variant.fields.filter((field) => !['number', 'integer', 'boolean'].includes(field.type))
  const given = shared.flatMap(({ name }) => (spec.strategy[name] === undefined ? [] : [[name, spec.strategy[name]]]))
  return { ...before, ...Object.fromEntries(given) }
}

/** Whether the spec has changed in what the measurement looked at: its data, its base, and for the gap the other dataset. */
export function isStale(record: AnalysisRecord, spec: ExperimentSpecInput, slot: Slot): boolean {
  if (record.spec.dataset !== spec.dataset) return true
  if (slot === 'gap' && record.params['target'] !== spec.strategy['target']) return true
  return slot !== 'ranking' && JSON.stringify(record.spec.base) !== JSON.stringify(spec.base)
}
