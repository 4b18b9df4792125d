import { seededRandom, shuffle } from '../../../base/seeded-random.ts'

export interface LimitedRows {
  readonly labelled: readonly number[]
  /** Counted as unlabelled from now on. */
  readonly removed: readonly number[]
}

/** Keeps `limit` of some labelled rows, drawn by the seed. With `targets` of class indices the same number of each class, as far as its
 *  rows go: one class after the other gives its next row until there are enough. Rows keep their order. */
export function limitLabels(
  rows: readonly number[],
  options: { limit: number; seed: number; targets: Float64Array; isClassification: boolean },
): LimitedRows {
  const { limit, seed, targets, isClassification } = options
  if (limit >= rows.length) return { labelled: rows, removed: [] }
  const order = shuffle([...rows], seededRandom(seed, 'label limit'))
  const chosen = new Set(isClassification ? inTurn(order, targets).slice(0, limit) : order.slice(0, limit))
  return { labelled: rows.filter((row) => chosen.has(row)), removed: rows.filter((row) => !chosen.has(row)) }
}

/** The first row of each class, then the second of each, and so on; rows without this label come last. */
function inTurn(order: readonly number[], targets: Float64Array): number[] {
  const counts = new Map<number, number>()
  const placed = order.map((row) => {
    const target = targets[row]!
    if (Number.isNaN(target)) return { row, turn: Infinity, target: Infinity }
    const turn = counts.get(target) ?? 0
    counts.set(target, turn + 1)
    return { row, turn, target }
  })
  return placed.sort((a, b) => (a.turn === b.turn ? a.target - b.target : a.turn - b.turn)).map(({ row }) => row)
}
