import type { Run } from '@contract/runs.ts'

/** Why scores of `run` do not compare with those of `reference`; null when they do. */
export function notComparable(reference: Run, run: Run): string | null {
  const [a, b] = [reference.dataset, run.dataset]
  if (a.hash === b.hash) return null
  if (a.id !== b.id) return `Other data: ${quoted(b.name)} instead of ${quoted(a.name)}.`
  if (a.version !== b.version) {
    return `Other dataset version: ${b.version} instead of ${a.version}. Items, labels or split differ.`
  }
  return 'Same dataset, but its items, labels or split differ.'
}

/** The run that others are measured against: the pinned one, else the first of those that share the most common data. */
export function referenceRun(runs: readonly Run[], pinned: string | null): Run | null {
  const baseline = runs.find((run) => run.id === pinned)
  if (baseline !== undefined) return baseline
  const count = new Map<string, number>()
  for (const run of runs) count.set(run.dataset.hash, (count.get(run.dataset.hash) ?? 0) + 1)
  const most = Math.max(0, ...count.values())
  return runs.find((run) => count.get(run.dataset.hash) === most) ?? null
}

/** Each run that does not compare with the reference, with the reason. */
export function comparabilityOf(runs: readonly Run[], pinned: string | null): Map<string, string> {
  const reasons = new Map<string, string>()
  const reference = referenceRun(runs, pinned)
  if (reference === null) return reasons
  for (const run of runs) {
    const reason = notComparable(reference, run)
    if (reason !== null) reasons.set(run.id, reason)
  }
  return reasons
}

function quoted(name: string): string {
  return `“${name}”`
}
