import type { Run } from '@contract/runs.ts'

/** The two runs whose freeze plans are worth a look first: one base, different trained parts; else the first two. */
export function defaultPair(runs: readonly Run[]): readonly [string | null, string | null] {
  for (const [index, a] of runs.entries()) {
    const b = runs
      .slice(index + 1)
      .find((run) => run.base === a.base && run.parameters.trainable !== a.parameters.trainable)
    if (b !== undefined) return [a.id, b.id]
  }
  return [runs[0]?.id ?? null, runs[1]?.id ?? null]
}
