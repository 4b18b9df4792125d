/** A part of the unit cube in which a tree gives one value. */
export interface Leaf {
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly value: number
}

/** Fewer in a part are not divided any further. */
const LEAST_SPLIT = 4

/** The leaves of a regression tree (Breiman et al., "Classification and regression trees", 1984): parts are divided between two neighbouring
 *  values of the input whose halves have the least squared error. Inputs are rows in [0, 1]; `rows`: which of them, repeats allowed. */
export function regressionTree(
  x: readonly (readonly number[])[],
  y: readonly number[],
  rows: readonly number[],
): Leaf[] {
  const size = x[0]?.length ?? 0
  return grow({ x, y }, rows, { low: new Array<number>(size).fill(0), high: new Array<number>(size).fill(1) })
}

interface Samples {
  readonly x: readonly (readonly number[])[]
  readonly y: readonly number[]
}

type Box = Pick<Leaf, 'low' | 'high'>

function grow(samples: Samples, rows: readonly number[], box: Box): Leaf[] {
  const split = rows.length < LEAST_SPLIT ? null : bestSplit(samples, rows)
  if (split === null) return [{ ...box, value: meanOf(samples, rows) }]
  const { input, at } = split
  const valueOf = (row: number): number => samples.x[row]?.[input] ?? 0
  const ended = (ends: readonly number[]): number[] => ends.map((end, place) => (place === input ? at : end))
  return [
    ...grow(samples, rows.filter((row) => valueOf(row) < at), { low: box.low, high: ended(box.high) }), // prettier-ignore
    ...grow(samples, rows.filter((row) => valueOf(row) >= at), { low: ended(box.low), high: box.high }), // prettier-ignore
  ]
}

function meanOf({ y }: Samples, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + (y[row] ?? 0), 0) / rows.length
}

/** The least squared error of two halves is the largest sum of (sum of a half)² / its rows. null: nothing divides them. */
function bestSplit({ x, y }: Samples, rows: readonly number[]): { input: number; at: number } | null {
  const total = rows.reduce((sum, row) => sum + (y[row] ?? 0), 0)
  const whole = (total * total) / rows.length
  let best: { input: number; at: number } | null = null
  let bestGain = 1e-12 * Math.max(1, Math.abs(whole))
  for (let input = 0; input < (x[0]?.length ?? 0); input++) {
    const sorted = rows.map((row) => ({ x: x[row]?.[input] ?? 0, y: y[row] ?? 0 })).sort((a, b) => a.x - b.x)
    let left = 0
    for (let place = 1; place < sorted.length; place++) {
      const [before, after] = [sorted[place - 1]!, sorted[place]!]
      left += before.y
      if (before.x === after.x) continue
      const right = total - left
      const gain = (left * left) / place + (right * right) / (sorted.length - place) - whole
      if (gain > bestGain) [bestGain, best] = [gain, { input, at: (before.x + after.x) / 2 }]
    }
  }
  return best
}
