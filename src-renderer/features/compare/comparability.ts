import type { Run } from '@contract/runs.ts'

/** Why scores of `run` do not compare with those of `reference`; null when they do. */
export function notComparable(reference: Run, run: Run): string | null {
  const [a, b] = [reference.dataset, run.dataset]
  if (a.hash === b.hash) return null
  if (a.id !== b.id) return `Other data: ${quoted(b.name)} instead of ${quoted(a.name)}.`
  if (a.version !== b.version)
    return `Other dataset version: ${b.version} instead of ${a.version}. Items, labels or split differ.`
  return 'Same dataset, but its items, labels or split differ.'
}

/** Each run that does not compare with the first (or with `referenceId`), with the reason. */
export function comparabilityOf(runs: readonly Run[], referenceId: string | null): Map<string, string> {
  const reasons = new Map<string, string>()
  const reference = runs.find((run) => run.id === referenceId) ?? runs[0]
  if (reference === undefined) return reasons
  for (const run of runs) {
    const reason = notComparable(reference, run)
    if (reason !== null) reasons.set(run.id, reason)
  }
  return reasons
}

function quoted(name: string): string {
  return `“${name}”`
}
