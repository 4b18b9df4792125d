import type { MeasuredCell } from './measured-cell.ts'

/** Arms whose runs did not see the data that most runs saw (items, labels, split), each with the reason. */
export function comparability(cells: readonly MeasuredCell[]): Map<number, string> {
  const counts = new Map<string, number>()
  for (const { dataset } of cells) counts.set(dataset.hash, (counts.get(dataset.hash) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  const reference = cells.find(({ dataset }) => counts.get(dataset.hash) === most)?.dataset
  const reasons = new Map<number, string>()
  if (reference === undefined) return reasons
  for (const { arm, dataset } of cells) {
    if (dataset.hash !== reference.hash && !reasons.has(arm)) reasons.set(arm, reason(dataset, reference))
  }
  return reasons
}

function reason(own: MeasuredCell['dataset'], reference: MeasuredCell['dataset']): string {
  if (own.id !== reference.id) return `Other data: “${own.name}” instead of “${reference.name}”.`
  if (own.version !== reference.version) {
    return `Other dataset version: ${own.version} instead of ${reference.version}. Items, labels or split differ.`
  }
  return 'Same dataset, but its items, labels or split differ.'
}
