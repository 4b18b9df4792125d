import type { WeightChange } from '@contract/runs.ts'

export interface WeightRow extends WeightChange {
  /** Length of the bar, 0..1. Square-rooted: small changes stay visible, and 0 is exactly nothing. */
  readonly bar: number
  /** A frozen layer that moved contradicts the plan. */
  readonly broken: boolean
}

export interface WeightSummary {
  readonly frozen: number
  readonly frozenMoved: number
  readonly trained: number
  readonly fresh: number
  /** Frozen BatchNorm layers and whether their averages stood still. */
  readonly frozenNorms: number
  readonly frozenNormsMoved: number
}

export function weightRows(changes: readonly WeightChange[]): WeightRow[] {
  const largest = Math.max(0, ...changes.map((change) => change.change).filter(Number.isFinite))
  return changes.map((change) => ({
    ...change,
    bar: largest > 0 && Number.isFinite(change.change) ? Math.sqrt(change.change / largest) : 0,
    broken: change.state === 'frozen' && (change.change !== 0 || (change.movingChange ?? 0) !== 0),
  }))
}

export function weightSummary(changes: readonly WeightChange[]): WeightSummary {
  const frozen = changes.filter((change) => change.state === 'frozen')
  const norms = frozen.filter((change) => change.movingChange !== null)
  return {
    frozen: frozen.length,
    frozenMoved: frozen.filter((change) => change.change !== 0).length,
    trained: changes.filter((change) => change.state === 'trained').length,
    fresh: changes.filter((change) => change.state === 'fresh').length,
    frozenNorms: norms.length,
    frozenNormsMoved: norms.filter((change) => change.movingChange !== 0).length,
  }
}

/** Rows of one block together, in the network's order. */
export function byBlock(rows: readonly WeightRow[]): { block: string; rows: WeightRow[] }[] {
  const blocks = new Map<string, WeightRow[]>()
  for (const row of rows) blocks.set(row.block, [...(blocks.get(row.block) ?? []), row])
  return [...blocks].map(([block, inBlock]) => ({ block, rows: inBlock }))
}
