import type { ExperimentSpec } from '@contract/spec.ts'

/** Equal for runs that differ in nothing but name and seed. */
export function planKey(spec: ExperimentSpec): string {
  return JSON.stringify(sorted({ ...spec, name: '', seed: 0 }))
}

/** Keys in one order: specs written by hand and by the bench compare alike. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
